# A client that sends more than both buffers hold.
import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
s.connect(("server", 5000))
s.send(b"x" * 60000)
s.close()
