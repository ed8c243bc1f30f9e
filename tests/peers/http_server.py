"""An HTTP server for the tests of the client: prints its port and serves until it is killed.

http_server.py plain
http_server.py tls CERTIFICATE KEY [NEWEST-VERSION]

/gzip and /deflate send compressed bodies, /chunked chunks, /close a body that ends with the connection, /big 20 MB,
/who the TLS version and the protocol that was agreed on; all else the method, the path and the body. CONNECT opens a
tunnel.
"""
import gzip
import http.server
import select
import socket
import ssl
import sys
import zlib

TEXT = b"the same words again and again, " * 2000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, **headers):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/gzip":
            self.answer(gzip.compress(TEXT), Content_Encoding="gzip")
        elif self.path == "/deflate":
            self.answer(zlib.compress(TEXT), Content_Encoding="deflate")
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for size in (1, 10, 100, 1000, 10000):
                self.wfile.write(b"%x\r\n%s\r\n" % (size, b"c" * size))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/close":
            self.close_connection = True
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(TEXT)
        elif self.path == "/big":
            self.answer(b"0123456789" * 2000000)
        elif self.path == "/who":
            secure = self.connection
            text = "%s %s" % (secure.version(), secure.selected_alpn_protocol())
            self.answer(text.encode())
        else:
            self.answer(("%s %s %s" % (self.command, self.path, body.decode())).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = respond

    def do_CONNECT(self):
        """The tunnel of a proxy: bytes in both directions until one side ends."""
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as far:
            self.send_response(200, "Connection established")
            self.end_headers()
            self.wfile.flush()
            near, ends = self.connection, {self.connection: far, far: self.connection}
            while True:
                for side in select.select([near, far], [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    ends[side].sendall(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that refuse the certificate


server = Server(("127.0.0.1", 0), Handler)
if sys.argv[1] == "tls":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    context.set_alpn_protocols(["h2", "http/1.1"])
    if len(sys.argv) > 4:
        context.maximum_version = ssl.TLSVersion[sys.argv[4]]
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
