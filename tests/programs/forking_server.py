# A server whose child serves the one client, in a thread of its own, and ends with status 3.
import os
import socket
import threading

listener = socket.socket()
listener.bind(("0.0.0.0", 5000))
listener.listen()
connection, address = listener.accept()
if os.fork() == 0:
    listener.close()
    thread = threading.Thread(target=lambda: connection.sendall(connection.recv(100)))
    thread.start()
    thread.join()
    connection.close()
    os._exit(3)
connection.close()
os.wait()
