"""Files in the browser: pictures and PDF open in place, everything else is saved, and nothing in them runs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picture_opens_in_its_own_tab(visit: Visit) -> None:
    owner = factories.customer()
    upload = factories.upload(owner, factories.picture("结账报错.png", size=(64, 48)))
    ticket = factories.ticket(owner, uploads=[upload])
    page = visit(owner, ticket.get_absolute_url())
    with page.expect_popup() as popup:
        page.get_by_role("link", name="结账报错.png").click()
    opened = popup.value
    opened.wait_for_load_state()
    assert opened.url.endswith(reverse("files:detail", args=[upload.pk]))
    assert opened.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [64, 48]
