"""What `locust -f locustfiles/dispatch.py` is made of; Locust finds this folder because it stands beside that file."""
