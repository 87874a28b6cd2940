"""An API without a queue, as an engineer would write it: every call is one POST, and is talked through at once."""

from simulator.live.contract import DispatchUser, Heard, Ring, State, Trouble, failed, fault_of


class Recorder(DispatchUser):
    def ring(self, call: Ring) -> Heard:
        reply = self.client.request(
            "POST",
            "/calls",
            name="POST /calls",
            json={"reference": call.reference},
            headers={"X-API-Key": self.key_of("intake")},
        )
        if fault := fault_of(reply):
            return Heard(State.FAILED, fault=fault)
        if reply.status_code == 401:
            return failed(Trouble.KEY, 401)
        try:
            return Heard(State.ANSWERED, id=reply.json()["id"])
        except (ValueError, KeyError, TypeError):
            return failed(Trouble.GARBAGE, reply.status_code, (reply.text or "")[:80])
