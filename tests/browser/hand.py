"""One person's hand on a page: a mouse, the keys, a finger, or a browser without scripts."""

from datetime import date, time

from playwright.sync_api import Locator, Page

from tests.browser.hands import PHONE, go, press, tap


class Mouse:
    options: dict[str, object] = {}

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def say(self, field: Locator, value: str) -> None:
        if field.evaluate("e => e.matches('select')"):
            field.select_option(value)
        else:
            field.fill(value)
            field.blur()


class Keys(Mouse):
    """Tab goes there, and what is typed goes where one is."""

    def press(self, target: Locator) -> None:
        key = "Space" if target.get_attribute("type") in ("checkbox", "radio") else "Enter"
        press(self.page, target, key)

    def say(self, field: Locator, value: str) -> None:
        go(self.page, field)
        kind = field.get_attribute("type")
        if kind == "date":
            value = f"{date.fromisoformat(value):%m%d%Y}"
        elif kind == "time":
            value = f"{time.fromisoformat(value):%I%M%p}"
        elif field.evaluate("e => !e.matches('select')"):
            self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(value)
        self.page.keyboard.press("Tab")


class Finger(Mouse):
    options = PHONE

    def press(self, target: Locator) -> None:
        tap(target)


class Plain(Mouse):
    """Each answer is a page."""

    options = {"java_script_enabled": False}

    def say(self, field: Locator, value: str) -> None:
        if field.evaluate("e => e.matches('select')"):
            field.select_option(value)
        else:
            field.fill(value)


EACH = (Mouse, Keys, Finger, Plain)
