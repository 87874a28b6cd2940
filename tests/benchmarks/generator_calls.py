"""What the generator is measured by: an API that is told of each call twice, as it comes in and as it ends."""

from simulator.live.contract import DispatchUser, Heard, Ring, State, fault_of


class Telling(DispatchUser):
    """Two requests a call."""

    def ring(self, call: Ring) -> Heard:
        said = {"reference": call.reference, "number": call.number, "at": call.at}
        return self._tell("/v1/calls", "POST /v1/calls", said, State.ANSWERED)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        return self._tell(
            f"/v1/calls/{call.id}/verdict", "POST /v1/calls/{id}/verdict", {"verdict": verdict}, State.ENDED
        )

    def _tell(self, path: str, name: str, said: dict[str, str], done: State) -> Heard:
        headers = {"X-API-Key": self.key_of("intake")}
        reply = self.client.request("POST", path, name=name, json=said, headers=headers)
        if fault := fault_of(reply):
            return Heard(State.FAILED, fault=fault)
        return Heard(done, id=reply.json()["id"])
