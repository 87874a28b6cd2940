"""APIs: how siaga's steps are said to a dispatch API, in a YAML file or in a Python class of the user's own."""
