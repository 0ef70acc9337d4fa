# tests/page/page_test.py - the HTML page of real runs, in headless Chromium: stepping, search, filters, links, escaping.
#
#   page_test.py SOCKSTEP ECHO_SERVER ECHO_CLIENT
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from webdriver import Browser

SKIPPED = 77
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def skip(remedy):
    print(f"cannot run here: {remedy}")
    sys.exit(1 if os.environ.get("SOCKSTEP_REQUIRE_SYSTEM") == "1" else SKIPPED)


def draw_a_run(folder, sockstep, server, client):
    """An echo of hostile text, and a client that is refused, which is a finding."""
    page = os.path.join(folder, "a <b> & 'c'.html")
    run = subprocess.run(
        [sockstep, "run", "--delay", "20ms", "-s", f"{server} 5000", "-c", f"client={client} localhost 5000",
         "-c", f"refused={client} localhost 5999", "--type", f"client={HOSTILE}", "--draw", page],
        capture_output=True, text=True, check=False)
    if "lab network is refused" in run.stderr:
        skip(run.stderr.strip())
    return page


class PageTest(unittest.TestCase):
    browser = None
    url = ""

    def setUp(self):
        self.browser.open(self.url)
        self.steps = self.browser.run("return JSON.parse(document.getElementById('data').textContent).rows.length")

    def position(self):
        return int(re.match(r"step (\d+) of", self.browser.text("#position")).group(1))

    def test_arrow_keys_go_a_step_on_and_back_and_the_address_follows(self):
        self.assertEqual(self.position(), 1)
        self.browser.press("Right", "Down", "Right")
        self.assertEqual(self.position(), 4)
        self.browser.press("Left")
        self.assertEqual(self.position(), 3)
        self.assertEqual(self.browser.run("return location.hash"), "#step=3")
        self.browser.press("End", "Right")
        self.assertEqual(self.position(), self.steps)
        self.browser.press("Home", "Left")
        self.assertEqual(self.position(), 1)

    def test_a_link_opens_at_its_step(self):
        self.browser.open(self.url + "#step=12")
        self.assertEqual(self.position(), 12)

    def test_a_link_to_no_step_opens_at_the_last(self):
        self.browser.open(self.url + "#step=99999999")
        self.assertEqual(self.position(), self.steps)

    def test_nothing_that_came_from_outside_is_run(self):
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, body script:not([id])').length"), 1)
        self.browser.press("/", *"alert", "Enter")
        self.assertIn("alert", self.browser.text("#sheet"))
        shown = self.browser.run("return document.querySelectorAll('.row.hit').length")
        self.assertGreater(shown, 0)
        self.assertEqual(self.browser.run("return document.querySelectorAll('img').length"), 0)

    def test_search_goes_from_hit_to_hit_by_keys_alone(self):
        self.browser.press("/", *"syn ack", "Enter")
        first = self.position()
        self.assertIn("SYN ACK", self.browser.text("#what"))
        self.browser.press("Escape")
        self.assertEqual(self.browser.run("return document.activeElement.id"), "ladder")
        self.browser.press("Right")
        self.assertEqual(self.position(), first + 1)

    def test_filters_leave_what_fits(self):
        kinds = self.browser.run("""const s = document.getElementById('by-kind'); s.value = 'segment';
            s.dispatchEvent(new Event('change'));
            return Array.from(document.querySelectorAll('.row')).map(r => r.getAttribute('aria-label'))""")
        self.assertGreater(len(kinds), 4)
        for label in kinds:
            self.assertRegex(label, r": #\d+")

    def test_a_finding_jumps_to_its_evidence(self):
        self.assertIn("refused", self.browser.text("#findings"))
        named = self.browser.run("""const b = document.querySelector('#findings button'); b.click();
            return b.textContent""")
        number = re.search(r"\d+", named).group()
        self.assertRegex(self.browser.text("#what"), rf"^(\({number}\)|#{number} )")

    def test_the_panel_tells_threads_states_and_the_sentence(self):
        self.browser.press("End")
        self.assertIn("server", self.browser.text("#threads"))
        self.assertIn("connection 1: ", self.browser.text("#connections"))
        self.browser.press("Home", "/", *"slept", "Escape")
        self.browser.press("n")
        self.assertNotEqual(self.browser.text("#what"), "")

    def test_causes_and_wakes_are_lit(self):
        self.browser.press("/", *"syn ack", "Enter")
        lit = self.browser.run("return Array.from(document.querySelectorAll('.row.lit')).map(r => r.ariaLabel)")
        self.assertTrue(any("connect" in label for label in lit), lit)

    def test_every_control_has_a_name_and_is_reached_by_tab(self):
        unnamed = self.browser.run("""return Array.from(document.querySelectorAll('button, input, select, [role]'))
            .filter(e => !e.textContent.trim() && !e.ariaLabel && !e.labels?.length).map(e => e.outerHTML)""")
        self.assertEqual(unnamed, [])
        seen = set()
        for _ in range(40):
            self.browser.press("Tab")
            seen.add(self.browser.run("return document.activeElement.id"))
        self.assertLessEqual({"back", "forward", "play", "slider", "by-connection", "search", "ladder"}, seen)

    def test_light_and_dark_reach_contrast_aa(self):
        for theme in ("light", "dark"):
            colours = self.browser.run("""document.documentElement.dataset.theme = arguments[0];
                const s = getComputedStyle(document.documentElement);
                return Object.fromEntries(['ground','text','faint','client','server','alarm','repeat','state','chosen',
                    'lit'].map(n => [n, s.getPropertyValue('--' + n).trim()]))""", theme)
            for ground in ("ground", "chosen", "lit"):
                for ink in ("text", "faint", "alarm", "repeat", "state"):
                    self.assertGreaterEqual(contrast(colours[ink], colours[ground]), 4.5, (theme, ink, ground))
            for ink in ("client", "server"):
                self.assertGreaterEqual(contrast(colours[ink], colours["ground"]), 3, (theme, ink))

    def test_it_draws_no_more_than_what_is_seen(self):
        rows = self.browser.run("return document.querySelectorAll('.row').length")
        self.assertLessEqual(rows, 80)

    def test_the_printed_form_holds_every_step(self):
        printed = self.browser.run("""window.dispatchEvent(new Event('beforeprint'));
            return document.querySelectorAll('#printed p').length""")
        self.assertEqual(printed, self.steps)

    def test_it_asks_the_network_for_nothing_and_says_no_error(self):
        errors = [entry for entry in self.browser.log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(errors, [])
        addresses = self.browser.run("return performance.getEntriesByType('resource').map(e => e.name)")
        self.assertEqual(addresses, [])


def contrast(one, two):
    """Source: WCAG 2.1, "contrast ratio"."""
    def luminance(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def main():
    for program, package in (("chromedriver", "chromium-driver"), ("chromium", "chromium")):
        if shutil.which(program) is None:
            skip(f"{program} is missing; type: apt-get install {package}")
    with tempfile.TemporaryDirectory() as folder:
        page = draw_a_run(folder, *sys.argv[1:4])
        PageTest.url = pathlib.Path(page).as_uri()
        with Browser(folder) as browser:
            PageTest.browser = browser
            result = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.loadTestsFromTestCase(PageTest))
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
