# tests/programs/end_of_stream_ignored.py - wrong: the server takes b"" for a message that is not there yet.
import socket
import sys

right, is_server, port = sys.argv[1] == "right", sys.argv[2] == "server", int(sys.argv[3])
if is_server:
    with socket.create_server(("127.0.0.1", port)) as listener:
        connection, _ = listener.accept()
        with connection:
            for attempt in range(50):
                message = connection.recv(100)
                if right and not message:
                    break
else:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"only one")
