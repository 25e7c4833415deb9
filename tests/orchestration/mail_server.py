"""A mail server on loopback that takes what it gets, for tests of sending. It stops with its context."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"


@dataclass
class Mailbox:
    """What a server was sent, and how it is to behave."""

    port: int = 0
    refuses: bool = False
    messages: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    was_encrypted: bool = False


@contextmanager
def mail_server(certificate: Path | None = None, *, refuses: bool = False) -> Iterator[Mailbox]:
    """A server that offers STARTTLS and a login where it has a certificate (with its key in one file)."""
    mailbox = Mailbox(refuses=refuses)

    class Talk(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            with suppress(OSError):  # the other side may leave
                converse(self, mailbox, certificate)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server((HOST, 0), Talk) as server:
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()


def converse(talk: socketserver.StreamRequestHandler, mailbox: Mailbox, certificate: Path | None) -> None:
    connection = talk.request
    stream = connection.makefile("rwb")

    def say(line: str) -> None:
        stream.write(f"{line}\r\n".encode())
        stream.flush()

    say("220 loopback")
    while line := stream.readline():
        word = line.decode().strip()
        command = word.upper()
        if command.startswith(("EHLO", "HELO")):
            offered = [] if certificate is None else ["AUTH PLAIN"] if mailbox.was_encrypted else ["STARTTLS"]
            for position, text in enumerate(["loopback", *offered]):
                say(f"250{' ' if position == len(offered) else '-'}{text}")
        elif command == "STARTTLS" and certificate is not None:
            say("220 go ahead")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            connection = context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rwb")
            mailbox.was_encrypted = True
            talk.finish = partial(close, stream, connection)  # type: ignore[method-assign]
        elif command.startswith("AUTH"):
            mailbox.logins.append(word)
            say("235 welcome")
        elif command.startswith("RCPT"):
            mailbox.recipients.append(word)
            say("550 maria@practice.example is unknown here" if mailbox.refuses else "250 fine")
        elif command == "DATA":
            say("354 go on")
            lines = []
            while (text := stream.readline()) not in (b".\r\n", b""):
                lines.append(text.decode())
            mailbox.messages.append("".join(lines))
            say("250 taken")
        elif command == "QUIT":
            say("221 bye")
            return
        else:
            say("250 fine")


def close(stream: IO[bytes], connection: ssl.SSLSocket) -> None:
    """Give an encrypted connection back, whatever state the other side left it in."""
    for one in (stream, connection):
        with suppress(OSError):
            one.close()


def make_certificate(folder: Path) -> Path:
    """A certificate of our own for the loopback address, with its key, in one file."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(place, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "loopback.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path
