# A server that reads nothing until somebody types a line; then it reads to the end, and says how much came.
import socket
import sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
listener.bind(("0.0.0.0", 5000))
listener.listen()
connection, address = listener.accept()
sys.stdin.readline()
count = 0
while data := connection.recv(65536):
    count += len(data)
print("got", count)
