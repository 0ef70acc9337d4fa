# tests/page/webdriver.py - Chromium, driven through chromedriver's WebDriver protocol (W3C) with nothing but Python.
import json
import os
import re
import subprocess
import urllib.request

KEYS = {"Left": "\ue012", "Right": "\ue014", "Home": "\ue011", "End": "\ue010", "Enter": "\ue007", "Escape": "\ue00c",
        "Tab": "\ue004", "Down": "\ue015", "Up": "\ue013"}
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--window-size=1400,900"]


class Browser:
    """A session of its own; leaves nothing behind when it is closed."""

    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            found = re.search(r"on port (\d+)", line)
            if found and int(found.group(1)) != 0:
                self.base = f"http://127.0.0.1:{found.group(1)}"
                break
        options = {"args": ARGUMENTS + [f"--user-data-dir={os.path.join(folder, 'profile')}"]}
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options,
                                        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                                        "unhandledPromptBehavior": "ignore"}}
        session = self.ask("POST", "/session", {"capabilities": capabilities})
        self.path = f"/session/{session['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ask("DELETE", self.path)
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.ask("POST", self.path + "/url", {"url": "about:blank"})  # else a new fragment would load nothing
        self.ask("POST", self.path + "/url", {"url": url})

    def run(self, script, *arguments):
        return self.ask("POST", self.path + "/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys):
        for key in keys:
            value = KEYS.get(key, key)
            actions = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
            self.ask("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def log(self, kind):
        return self.ask("POST", self.path + "/se/log", {"type": kind})
