# A chat server as students write it: a thread for each client, and every line goes to everybody.
import socket
import sys
import threading

people = []
lock = threading.Lock()


def serve(connection):
    with lock:
        people.append(connection)
    for line in connection.makefile("rb"):
        with lock:
            for person in people:
                person.sendall(line)
    with lock:
        people.remove(connection)
    connection.close()


family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
listener = socket.socket(family, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[1], int(sys.argv[2])))
listener.listen()
while True:
    connection, address = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
