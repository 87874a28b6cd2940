"""The cookies of one call: taken from replies and sent back, to one host; none are kept beyond the call."""


class Cookies:
    """Name and value by path. A call is over before a cookie would expire; one set with no time left is forgotten."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: dict[tuple[bytes, bytes], bytes] = {}

    def take(self, set_cookies: list[bytes], target: str) -> None:
        """Remember what a reply set, or forget it where the reply says so."""
        for each in set_cookies:
            pair, *rest = each.split(b";")
            name, equals, value = pair.strip().partition(b"=")
            options = dict(_option(option) for option in rest)
            path = options.get(b"path", b"")
            key = (name, path if path.startswith(b"/") else _folder(target))
            if not name or not equals:
                continue
            if options.get(b"max-age", b"1").lstrip(b"-") == b"0" or options.get(b"max-age", b"1").startswith(b"-"):
                self.held.pop(key, None)
            else:
                self.held[key] = value

    def line(self, target: str) -> bytes:
        """The header that sends back what belongs to this path; b'' for none. Longer paths first."""
        path = target.partition("?")[0].encode()
        sent = [(key, value) for key, value in self.held.items() if _within(path, key[1])]
        sent.sort(key=lambda each: -len(each[0][1]))
        joined = b"; ".join(name + b"=" + value for (name, _), value in sent)
        return b"Cookie: " + joined + b"\r\n" if joined else b""


def _option(text: bytes) -> tuple[bytes, bytes]:
    name, _, value = text.strip().partition(b"=")
    return name.lower(), value.strip()


def _folder(target: str) -> bytes:
    return target.partition("?")[0].rpartition("/")[0].encode() or b"/"


def _within(path: bytes, folder: bytes) -> bool:
    return folder in {b"/", path} or path.startswith(folder.rstrip(b"/") + b"/")
