"""A TCP peer that behaves as its first argument says.

As a server (`peer.py MODE`) it takes one connection and prints its port first; as a client it gets the port too
(`peer.py MODE PORT`).
"""
import random
import socket
import struct
import sys


def reset(sock):
    """Closes so that the other side sees a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_all(sock):
    parts = []
    while part := sock.recv(65536):
        parts.append(part)
    return b"".join(parts)


def serve_reset(sock):
    sock.recv(100)
    reset(sock)


def serve_half_close(sock):
    sock.sendall(b"my side is done\n")
    sock.shutdown(socket.SHUT_WR)
    sys.stdout.write(read_all(sock).decode() + "\n")


def serve_after_end(sock):
    text = read_all(sock)
    sock.sendall(b"got " + text)


def serve_drip(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in b"first line\r\nsecond;third":
        sock.sendall(bytes([byte]))


def serve_garbage(sock):
    sock.sendall(random.Random(7).randbytes(300000) + b"\n")


def serve_silence(sock):
    sys.stdout.write("%d bytes\n" % len(read_all(sock)))


def serve_slow_reader(sock):
    total = 0
    while part := sock.recv(3000):
        total += len(part)
    sys.stdout.write("%d bytes\n" % total)


def client_reset(sock):
    sock.sendall(b"x")
    assert sock.recv(1) == b"x"
    reset(sock)


def client_silent(sock):
    sock.close()


def client_quits_while_sent_to(sock):
    sock.sendall(b"x" * 1000000)
    reset(sock)


def client_waits_for_the_end(sock):
    assert read_all(sock) == b""


def main():
    mode = sys.argv[1]
    if len(sys.argv) > 2:
        sock = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        sock, _ = listener.accept()
        listener.close()
    globals()[mode](sock)


main()
