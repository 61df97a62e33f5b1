/** A shared library, and the packages that deal with it. */
export interface SharedLibrary {
  /** Without `.so`. */
  readonly stem: string
  /** Any of them serves. */
  readonly sonames: readonly string[]
  /** Packages with its headers. */
  readonly headers: RegExp
  /** Packages that bring it to where programs run. */
  readonly bringers: RegExp
  readonly apt: string
  readonly apk: string
}

/** stem | sonames | packages with headers | packages that bring it | of apt | of apk */
const table = `
libpq|libpq.so.5|libpq-dev,postgresql\\d*-dev,libpq-devel,postgresql-devel|libpq5?,postgresql.*|libpq5|libpq
libmariadb|libmariadb.so.3 libmysqlclient.so.21|libmariadb-dev.*,default-libmysqlclient-dev,libmysqlclient-dev,mariadb.*-dev,mysql-dev,mysql-devel,mariadb.*-devel|libmariadb3,mariadb.*,libmysqlclient\\d+.*,.*mysql-client.*|libmariadb3|mariadb-connector-c
libssl|libssl.so.3|libssl-dev,openssl-dev,openssl-devel|openssl.*,libssl.*,ca-certificates,curl,libcurl4.*,git,openssh.*,python3.*,libpq5,postgresql.*,nodejs|libssl3|libssl3
libcrypto|libcrypto.so.3|libssl-dev,openssl-dev,openssl-devel|openssl.*,libssl.*,libcrypto.*,ca-certificates,curl,libcurl4.*,git,openssh.*,python3.*,libpq5,postgresql.*,nodejs|libssl3|libcrypto3
libcurl|libcurl.so.4 libcurl-gnutls.so.4|libcurl4?-?.*-dev,curl-dev,libcurl-devel|curl,libcurl.*,git|libcurl4|libcurl
libsqlite3|libsqlite3.so.0|libsqlite3-dev,sqlite-dev,sqlite-devel|libsqlite3-0,sqlite.*,python3.*|libsqlite3-0|sqlite-libs
libxml2|libxml2.so.2|libxml2-dev,libxml2-devel|libxml2.*,libxslt.*|libxml2|libxml2
libxslt|libxslt.so.1|libxslt1?-dev,libxslt-devel|libxslt.*|libxslt1.1|libxslt
libffi|libffi.so.8 libffi.so.7|libffi-dev,libffi-devel|libffi.*,python3.*|libffi8|libffi
libyaml-0|libyaml-0.so.2|libyaml-dev,yaml-dev|libyaml.*,yaml|libyaml-0-2|yaml
libzmq|libzmq.so.5|libzmq3-dev,libzmq5-dev,zeromq-dev|libzmq5,zeromq|libzmq5|libzmq
libsodium|libsodium.so.23|libsodium-dev|libsodium\\d*|libsodium23|libsodium
librdkafka|librdkafka.so.1|librdkafka-dev|librdkafka.*|librdkafka1|librdkafka
libvips|libvips.so.42|libvips-dev,vips-dev|libvips.*,vips.*|libvips42|vips
libMagickWand-6.Q16|libMagickWand-6.Q16.so.6 libMagickWand-6.Q16.so.7 libMagickWand-7.Q16.so.10|libmagick.*-dev,imagemagick-dev,imagemagick.*-dev|libmagick.*,imagemagick.*|imagemagick|imagemagick
libjpeg|libjpeg.so.62 libjpeg.so.8|libjpeg.*-dev,libjpeg-turbo-dev|libjpeg.*|libjpeg62-turbo|libjpeg-turbo
libpng16|libpng16.so.16|libpng-dev,libpng-devel|libpng.*|libpng16-16|libpng
libwebp|libwebp.so.7|libwebp-dev|libwebp.*|libwebp7|libwebp
libtiff|libtiff.so.6 libtiff.so.5|libtiff.*-dev,tiff-dev|libtiff.*,tiff|libtiff6|tiff
libfreetype|libfreetype.so.6|libfreetype6?-dev,freetype-dev|libfreetype6,freetype|libfreetype6|freetype
libzip|libzip.so.5 libzip.so.4|libzip-dev|libzip.*|libzip5|libzip
libicuuc|libicuuc.so.76 libicuuc.so.74 libicuuc.so.72 libicuuc.so.67|libicu-dev,icu-dev|libicu\\d+.*,icu.*|libicu76|icu-libs
libonig|libonig.so.5|libonig-dev,oniguruma-dev|libonig.*,oniguruma|libonig5|oniguruma
libldap|libldap.so.2 libldap-2.5.so.0 libldap-2.4.so.2|libldap.*-dev,openldap-dev|libldap.*,openldap.*|libldap2|libldap
libgmp|libgmp.so.10|libgmp-dev,gmp-dev|libgmp.*,gmp|libgmp10|gmp
libbz2|libbz2.so.1.0 libbz2.so.1|libbz2-dev,bzip2-dev|libbz2.*,bzip2|libbz2-1.0|libbz2
libevent|libevent-2.1.so.7|libevent-dev|libevent.*|libevent-2.1-7t64|libevent
libuv|libuv.so.1|libuv1?-dev|libuv1.*,libuv|libuv1|libuv
libhiredis|libhiredis.so.1.1.0 libhiredis.so.0.14|libhiredis-dev,hiredis-dev|libhiredis.*,hiredis|libhiredis1.1.0|hiredis
libmemcached|libmemcached.so.11|libmemcached-dev|libmemcached.*|libmemcached11|libmemcached-libs
librabbitmq|librabbitmq.so.4|librabbitmq-dev,rabbitmq-c-dev|librabbitmq.*,rabbitmq-c|librabbitmq4|rabbitmq-c
libodbc|libodbc.so.2|unixodbc-dev|unixodbc,libodbc.*,msodbcsql.*|unixodbc|unixodbc
libsybdb|libsybdb.so.5|freetds-dev|libsybdb5,freetds.*|libsybdb5|freetds
libgit2|libgit2.so.1.9 libgit2.so.1.7 libgit2.so.1.5|libgit2-dev|libgit2.*|libgit2-1.9|libgit2
libmagic|libmagic.so.1|libmagic-dev,file-dev|libmagic.*,file|libmagic1|libmagic
libtesseract|libtesseract.so.5|libtesseract-dev,tesseract-ocr-dev|libtesseract.*,tesseract.*|libtesseract5|tesseract-ocr
libgdal|libgdal.so.36 libgdal.so.32|libgdal-dev,gdal-dev|libgdal.*,gdal.*|libgdal36|gdal
libgeos_c|libgeos_c.so.1|libgeos-dev,geos-dev|libgeos.*,geos|libgeos-c1t64|geos
libcairo|libcairo.so.2|libcairo2-dev,cairo-dev|libcairo.*,cairo|libcairo2|cairo
libpango-1.0|libpango-1.0.so.0|libpango1.0-dev,pango-dev|libpango.*,pango|libpango-1.0-0|pango
libsnappy|libsnappy.so.1|libsnappy-dev,snappy-dev|libsnappy.*,snappy|libsnappy1v5|snappy
libleveldb|libleveldb.so.1d libleveldb.so.1|libleveldb-dev,leveldb-dev|libleveldb.*,leveldb|libleveldb1d|leveldb
librocksdb|librocksdb.so.9 librocksdb.so.7|librocksdb-dev,rocksdb-dev|librocksdb.*,rocksdb|librocksdb9.10|rocksdb
liblmdb|liblmdb.so.0|liblmdb-dev,lmdb-dev|liblmdb.*,lmdb|liblmdb0|lmdb
libpcap|libpcap.so.0.8 libpcap.so.1|libpcap-dev|libpcap.*,tcpdump|libpcap0.8|libpcap
libprotobuf|libprotobuf.so.32 libprotobuf.so.23|libprotobuf-dev,protobuf-dev|libprotobuf\\d+.*,protobuf|libprotobuf32|libprotobuf
libgssapi_krb5|libgssapi_krb5.so.2|libkrb5-dev,krb5-dev|libgssapi.*,libkrb5.*,krb5.*|libgssapi-krb5-2|krb5-libs
libxmlsec1|libxmlsec1.so.1|libxmlsec1-dev,xmlsec-dev|libxmlsec1.*,xmlsec|libxmlsec1|xmlsec
libtidy|libtidy.so.58 libtidy.so.5deb1|libtidy-dev,tidyhtml-dev|libtidy.*,tidyhtml.*|libtidy58|tidyhtml-libs
libGL|libGL.so.1|libgl1?-dev,libgl1-mesa-dev,mesa-dev|libgl1.*,mesa.*|libgl1|mesa-gl
libglib-2.0|libglib-2.0.so.0|libglib2.0-dev,glib-dev|libglib2.0.*,glib|libglib2.0-0t64|glib
libsndfile|libsndfile.so.1|libsndfile1?-dev|libsndfile1,libsndfile|libsndfile1|libsndfile
libportaudio|libportaudio.so.2|portaudio19-dev,portaudio-dev|libportaudio.*,portaudio|libportaudio2|portaudio
libncursesw|libncursesw.so.6|libncurses.*-dev,ncurses-dev|libncurses.*,ncurses.*|libncursesw6|ncurses-libs
libz|libz.so.1|zlib1g-dev,zlib-dev|zlib.*|zlib1g|zlib
libstdc++|libstdc++.so.6|libstdc\\+\\+-.*-dev|libstdc\\+\\+6?,g\\+\\+,build-essential|libstdc++6|libstdc++
libgcc_s|libgcc_s.so.1|libgcc-\\d+-dev|libgcc.*,libstdc\\+\\+6?,gcc,g\\+\\+,build-.*|libgcc-s1|libgcc`

/** Libraries that programs are linked with, by stem. */
export const sharedLibraries: ReadonlyMap<string, SharedLibrary> = new Map(
  table
    .trim()
    .split('\n')
    .map((row) => {
      const [stem = '', sonames = '', headers = '', bringers = '', apt = '', apk = ''] = row.split('|')
      return [
        stem,
        { stem, sonames: sonames.split(' '), headers: anyOf(headers), bringers: anyOf(bringers), apt, apk },
      ] as const
    }),
)

function anyOf(patterns: string): RegExp {
  return new RegExp(`^(?:${patterns.replaceAll(',', '|')})$`)
}

/** What `-l` says, when the library is called otherwise: `-lmysqlclient`. */
export function libraryOfFlag(flag: string): SharedLibrary | undefined {
  const name = flag.replace(/^-l/, '')
  const other: Readonly<Record<string, string>> = {
    mysqlclient: 'libmariadb',
    yaml: 'libyaml-0',
    png: 'libpng16',
    event: 'libevent',
    event_core: 'libevent',
    'stdc++': 'libstdc++',
    icui18n: 'libicuuc',
    icudata: 'libicuuc',
    MagickWand: 'libMagickWand-6.Q16',
    ncurses: 'libncursesw',
    protobuf: 'libprotobuf',
  }
  return sharedLibraries.get((Object.hasOwn(other, name) ? other[name] : undefined) ?? `lib${name}`)
}
