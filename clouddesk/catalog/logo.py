"""The vendor's logo: a picture that is read and written anew, so that nothing else travels in its file."""

from __future__ import annotations

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 4_000_000
SIZE = (640, 160)  # pixels; it is shown 28 high, on screens of up to four times that density
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def drawn(file: UploadedFile[bytes]) -> bytes:
    """The picture in ``file`` as a PNG that fits into SIZE; raises ValidationError when it is none, or too large."""
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError(_("图片文件不能超过 1 MB。"), "too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked below
            picture: Image.Image = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError(_("图片的长和宽太大，请缩小后再上传。"), "too_large")
        picture = picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(_("请选择 PNG、JPEG、GIF 或 WebP 图片。"), "no_picture") from error
    picture.thumbnail(SIZE)
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()
