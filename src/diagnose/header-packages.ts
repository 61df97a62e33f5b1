import type { Family } from '../inventory/index.ts'

/** Headers that C extensions of npm, pip and gem want, in the columns Debian 12, Alpine 3.20, Fedora. By hand, November 2025. */
const packages: Readonly<Record<string, readonly [debian: string, alpine: string, fedora: string]>> = {
  'Python.h': ['python3-dev', 'python3-dev', 'python3-devel'],
  'ruby.h': ['ruby-dev', 'ruby-dev', 'ruby-devel'],
  'openssl/ssl.h': ['libssl-dev', 'openssl-dev', 'openssl-devel'],
  'openssl/opensslv.h': ['libssl-dev', 'openssl-dev', 'openssl-devel'],
  'libpq-fe.h': ['libpq-dev', 'libpq-dev', 'libpq-devel'],
  'mysql.h': ['default-libmysqlclient-dev', 'mariadb-connector-c-dev', 'mariadb-connector-c-devel'],
  'ffi.h': ['libffi-dev', 'libffi-dev', 'libffi-devel'],
  'zlib.h': ['zlib1g-dev', 'zlib-dev', 'zlib-devel'],
  'bzlib.h': ['libbz2-dev', 'bzip2-dev', 'bzip2-devel'],
  'lzma.h': ['liblzma-dev', 'xz-dev', 'xz-devel'],
  'sqlite3.h': ['libsqlite3-dev', 'sqlite-dev', 'sqlite-devel'],
  'yaml.h': ['libyaml-dev', 'yaml-dev', 'libyaml-devel'],
  'jpeglib.h': ['libjpeg-dev', 'jpeg-dev', 'libjpeg-turbo-devel'],
  'png.h': ['libpng-dev', 'libpng-dev', 'libpng-devel'],
  'ft2build.h': ['libfreetype6-dev', 'freetype-dev', 'freetype-devel'],
  'cairo.h': ['libcairo2-dev', 'cairo-dev', 'cairo-devel'],
  'libxml/parser.h': ['libxml2-dev', 'libxml2-dev', 'libxml2-devel'],
  'libxml/xmlversion.h': ['libxml2-dev', 'libxml2-dev', 'libxml2-devel'],
  'libxslt/xslt.h': ['libxslt1-dev', 'libxslt-dev', 'libxslt-devel'],
  'curl/curl.h': ['libcurl4-openssl-dev', 'curl-dev', 'libcurl-devel'],
  'ldap.h': ['libldap2-dev', 'openldap-dev', 'openldap-devel'],
  'sasl/sasl.h': ['libsasl2-dev', 'cyrus-sasl-dev', 'cyrus-sasl-devel'],
  'pcre2.h': ['libpcre2-dev', 'pcre2-dev', 'pcre2-devel'],
  'linux/limits.h': ['linux-libc-dev', 'linux-headers', 'kernel-headers'],
  'linux/types.h': ['linux-libc-dev', 'linux-headers', 'kernel-headers'],
  'stdio.h': ['libc6-dev', 'musl-dev', 'glibc-devel'],
  'stdlib.h': ['libc6-dev', 'musl-dev', 'glibc-devel'],
  'limits.h': ['libc6-dev', 'musl-dev', 'glibc-devel'],
}

/** The package of that family that brings the header; undefined when this table does not know. */
export function packageOfHeader(family: Family, header: string): string | undefined {
  return packages[header]?.[{ debian: 0, alpine: 1, fedora: 2 }[family]]
}
