/** Modules of the standard library that later versions do not have, with the first minor version without them (PEP 594 and others). */
export const removedIn: Readonly<Record<string, number>> = {
  formatter: 10,
  parser: 10,
  symbol: 10,
  binhex: 11,
  asynchat: 12,
  asyncore: 12,
  distutils: 12,
  imp: 12,
  smtpd: 12,
  aifc: 13,
  audioop: 13,
  cgi: 13,
  cgitb: 13,
  chunk: 13,
  crypt: 13,
  imghdr: 13,
  lib2to3: 13,
  mailcap: 13,
  msilib: 13,
  nis: 13,
  nntplib: 13,
  ossaudiodev: 13,
  pipes: 13,
  sndhdr: 13,
  spwd: 13,
  sunau: 13,
  telnetlib: 13,
  uu: 13,
  xdrlib: 13,
}

const names = new Set(
  (
    'abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd ' +
    'code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv ' +
    'ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno faulthandler ' +
    'fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip ' +
    'hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools json keyword linecache locale ' +
    'logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt multiprocessing netrc nt ntpath nturl2path numbers ' +
    'opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint ' +
    'profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource ' +
    'rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ' +
    'sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess symtable sys sysconfig ' +
    'syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace ' +
    'traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref ' +
    'webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo compression annotationlib'
  ).split(' '),
)

/** Modules that came with a minor version. */
const addedIn: Readonly<Record<string, number>> = {
  graphlib: 9,
  zoneinfo: 9,
  tomllib: 11,
  annotationlib: 14,
  compression: 14,
}

/** Whether a version of Python brings a module of that name, as far as its name tells. */
export function isStandard(name: string, minor: number | undefined): boolean {
  if (name === '__future__' || name === '__main__') return true
  const gone = removedIn[name]
  if (gone !== undefined) return minor === undefined || minor < gone
  return names.has(name) && (minor === undefined || minor >= (addedIn[name] ?? 0))
}

/** Distributions whose module has another name. */
export const distributionOf: Readonly<Record<string, string>> = {
  yaml: 'PyYAML',
  PIL: 'Pillow',
  cv2: 'opencv-python-headless',
  psycopg2: 'psycopg2-binary',
  dotenv: 'python-dotenv',
  sklearn: 'scikit-learn',
  bs4: 'beautifulsoup4',
  jwt: 'PyJWT',
  dateutil: 'python-dateutil',
  MySQLdb: 'mysqlclient',
  pkg_resources: 'setuptools',
  attr: 'attrs',
  Crypto: 'pycryptodome',
  magic: 'python-magic',
  multipart: 'python-multipart',
  jose: 'python-jose',
  slugify: 'python-slugify',
  telegram: 'python-telegram-bot',
  rest_framework: 'djangorestframework',
  corsheaders: 'django-cors-headers',
}
