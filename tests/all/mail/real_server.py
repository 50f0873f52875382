"""A mail server by others (aiosmtpd), for the tests: STARTTLS before all else, a password, one recipient that it refuses and
one that it greylists. It prints its port, and writes each message and its recipients into a folder."""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, certificate, key = sys.argv[1:]


class Handler:
    def __init__(self):
        self.seen = set()
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if address.startswith("later@") and address not in self.seen:
            self.seen.add(address)
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        pathlib.Path(folder, f"{self.count}.eml").write_bytes(envelope.content)
        pathlib.Path(folder, f"{self.count}.to").write_text(" ".join(envelope.rcpt_tos))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, given):
    is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"reports", b"pass word")
    return AuthResult(success=is_right, handled=False)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    handler = Handler()

    def serve():
        return SMTP(
            handler,
            hostname="test",
            require_starttls=True,
            tls_context=context,
            auth_required=True,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
