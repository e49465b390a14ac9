#!/usr/bin/env python3
"""Makes the archives beside it with the programs that people use.

Needs 7z and zstd. Run in this folder; what it makes is committed, and the tests only read it.
"""
import bz2, gzip, io, lzma, os, subprocess, tarfile, tempfile, zipfile

LETTER = "The nightjar flew over Pelham quarry at dusk.\n"
NOTE = "Osprey at the lock.\n"
DATE = (2024, 5, 6, 7, 8, 10)


def write(name, octets):
    with open(name, "wb") as file:
        file.write(octets)


def python_zip(name, method):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.comment = b"Comment on the grebe"
        for path, text in (("letter.txt", LETTER), ("notes/note é.txt", NOTE)):
            archive.writestr(zipfile.ZipInfo(path, DATE), text, method)
    write(name, made.getvalue())


def tar(name, form):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for path, text in (("letter.txt", LETTER), ("deep/" * 24 + "note é.txt", NOTE)):
            if form == tarfile.USTAR_FORMAT:
                path = path.replace("é", "e")
            entry = tarfile.TarInfo(path)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    octets = made.getvalue()
    write(name, octets[: len(octets.rstrip(b"\0")) // 512 * 512 + 1536])


def seven(name, *options, times=1):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/notes")
        for path, text in (("letter.txt", LETTER), ("notes/note é.txt", NOTE)):
            with open(f"{folder}/{path}", "w") as file:
                file.write(text * times)
        made = os.path.abspath(name)
        if os.path.exists(made):
            os.unlink(made)
        subprocess.run(["7z", "a", *options, made, "."], cwd=folder, check=True, stdout=subprocess.DEVNULL)


python_zip("stored.zip", zipfile.ZIP_STORED)
python_zip("deflated.zip", zipfile.ZIP_DEFLATED)
python_zip("bzip2.zip", zipfile.ZIP_BZIP2)
python_zip("lzma.zip", zipfile.ZIP_LZMA)
seven("deflate64.zip", "-mm=Deflate64", times=9)
seven("ppmd.zip", "-mm=PPMd", times=9)
seven("aes.zip", "-pnightjar", "-mem=AES256")
seven("zipcrypto.zip", "-pnightjar", "-mem=ZipCrypto")
for method in ("Copy", "LZMA", "LZMA2", "BZip2", "Deflate", "PPMd"):
    seven(f"{method.lower()}.7z", f"-m0={method}")
seven("plain-header.7z", "-mhc=off")
seven("bcj.7z", "-m0=BCJ", "-m1=LZMA2")
seven("apart.7z", "-ms=off")
seven("encrypted.7z", "-pnightjar")
seven("encrypted-header.7z", "-pnightjar", "-mhe=on")
write("letter.txt.gz", gzip.compress(LETTER.encode(), mtime=0))
write("two.txt.gz", gzip.compress(NOTE.encode(), mtime=0) + gzip.compress(LETTER.encode(), mtime=0))
write("letter.txt.bz2", bz2.compress(LETTER.encode()))
write("two.txt.bz2", bz2.compress(NOTE.encode()) + bz2.compress(LETTER.encode()))
write("letter.txt.xz", lzma.compress(LETTER.encode()))
write("two.txt.xz", lzma.compress(NOTE.encode()) + bytes(8) + lzma.compress(LETTER.encode()))
zstd = lambda text: subprocess.run(["zstd", "-19"], input=text.encode(), check=True, capture_output=True).stdout
write("letter.txt.zst", zstd(LETTER))
write("two.txt.zst", zstd(NOTE) + b"\x50\x2a\x4d\x18\3\0\0\0abc" + zstd(LETTER))
tar("gnu.tar", tarfile.GNU_FORMAT)
tar("pax.tar", tarfile.PAX_FORMAT)
tar("ustar.tar", tarfile.USTAR_FORMAT)
write("letter.tgz", gzip.compress(open("ustar.tar", "rb").read(), mtime=0))
