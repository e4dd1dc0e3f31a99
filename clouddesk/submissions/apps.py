from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "clouddesk.submissions"

    def ready(self) -> None:
        from clouddesk.files.holding import register
        from clouddesk.submissions.holding import HOLDER

        register(HOLDER)
