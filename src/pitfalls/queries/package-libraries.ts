/** What a package is linked with whenever it is compiled (`!`), or needs when it is there in the stage that installs. */
const ofPackage: Readonly<Record<string, string>> = {
  'python psycopg2': '!libpq',
  'python psycopg2cffi': '!libpq',
  'python psycopg-c': '!libpq',
  'python psycopg[c]': '!libpq',
  'python psycopg': 'libpq',
  'python mysqlclient': '!libmariadb',
  'python python-ldap': '!libldap',
  'python gssapi': '!libgssapi_krb5',
  'python pylibmc': '!libmemcached',
  'python pycairo': '!libcairo',
  'python cairosvg': 'libcairo',
  'python gdal': '!libgdal',
  'python m2crypto': '!libssl',
  'python pycurl': 'libcurl',
  'python pyodbc': 'libodbc',
  'python xmlsec': 'libxmlsec1',
  'python uwsgi': 'libxml2',
  'python python-magic': 'libmagic',
  'python weasyprint': 'libpango-1.0',
  'python opencv-python': 'libGL libglib-2.0',
  'python pyaudio': '!libportaudio',
  'python tesserocr': 'libtesseract',
  'ruby pg': '!libpq',
  'ruby mysql2': '!libmariadb',
  'ruby tiny_tds': '!libsybdb',
  'ruby rmagick': '!libMagickWand-6.Q16',
  'ruby ruby-vips': 'libvips',
  'ruby charlock_holmes': '!libicuuc',
  'ruby curb': '!libcurl',
  'php pgsql': '!libpq',
  'php pdo_pgsql': '!libpq',
  'php zip': '!libzip',
  'php gd': '!libpng16 libjpeg libfreetype libwebp',
  'php intl': '!libicuuc',
  'php imagick': '!libMagickWand-6.Q16',
  'php xsl': '!libxslt',
  'php ldap': '!libldap',
  'php gmp': '!libgmp',
  'php memcached': '!libmemcached',
  'php yaml': '!libyaml-0',
  'php amqp': '!librabbitmq',
  'php rdkafka': '!librdkafka',
  'php tidy': '!libtidy',
  'node libpq': '!libpq',
  'node pg-native': '!libpq',
  'node odbc': 'libodbc',
}

/** Libraries that a package of a language needs, by stem; `!`: always, else when the stage that installs has them. */
export function librariesOfPackage(language: string, name: string): readonly string[] {
  const key = `${language} ${name}`
  return Object.hasOwn(ofPackage, key) ? (ofPackage[key] ?? '').split(' ') : []
}

/** Packages of languages that are worth a look because of a library, whether they hold machine code or not. */
export function needsLibraries(language: string, name: string): boolean {
  return Object.hasOwn(ofPackage, `${language} ${name}`)
}

/** Libraries that a package needs when it was compiled although there is a wheel of it. */
export function librariesOfSource(language: string, name: string): readonly string[] {
  const key = `${language} ${name}`
  return Object.hasOwn(ofSource, key) ? (ofSource[key] ?? '').split(' ') : []
}

const ofSource: Readonly<Record<string, string>> = {
  'python lxml': '!libxml2 !libxslt',
  'python pillow': '!libjpeg libwebp libfreetype',
  'python cryptography': '!libssl',
  'python pyzmq': '!libzmq',
  'python pynacl': '!libsodium',
  'python cffi': '!libffi',
  'node canvas': '!libcairo',
  'node sharp': '!libvips',
  'python shapely': '!libgeos_c',
}
