# tests/programs/both_wait.py - wrong: the client forgets the newline that the server's readline waits for.
import socket
import sys

right, is_server, port = sys.argv[1] == "right", sys.argv[2] == "server", int(sys.argv[3])
if is_server:
    with socket.create_server(("127.0.0.1", port)) as listener:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as stream:
            name = stream.readline()  # blocks until the newline has come
            stream.write("hello " + name)
else:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"Ada\n" if right else b"Ada")
        connection.recv(100)  # blocks until the answer comes
