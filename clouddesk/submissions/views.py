"""Keeping and forgetting drafts, as scripts ask for it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from clouddesk.access import Access, access
from clouddesk.submissions import drafts
from clouddesk.submissions.workflow import drop_draft, form_key, keep_draft


@access(Access.MEMBER, methods=("POST", "DELETE"))
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """POST keeps a JSON object of fields, and answers 409 when that form was sent meanwhile; DELETE forgets it."""
    if not drafts.is_known(form):
        raise Http404
    if request.method == "DELETE":
        drop_draft(request.user, form)
        return HttpResponse(status=204)
    try:
        fields = drafts.cleaned(form, request.body)
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=400)
    # A page left open after its form was sent must not bring the sent text back as a draft.
    if fields.get("key") != str(form_key(request.user, form)):
        return HttpResponse(status=409)
    return JsonResponse({"version": keep_draft(request.user, form, fields).version})
