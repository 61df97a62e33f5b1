import type { Family } from './package-family.ts'

/**
 * Shared libraries that programs are most often found to lack, and the packages that bring them: Debian 12 and Ubuntu 22.04,
 * Alpine 3.20, Fedora and RHEL 9. `-` where that family has no package of it. The Debian column agrees with the Contents
 * files of bookworm (November 2026); the other columns were written from knowledge of these distributions and not checked
 * against them. The number in the name of a library is left out where packages do not follow it.
 */
const rows = `
libGL.so.1                libgl1                    mesa-gl              mesa-libGL
libEGL.so.1               libegl1                   mesa-egl             mesa-libEGL
libgthread-2.0.so.0       libglib2.0-0              glib                 glib2
libglib-2.0.so.0          libglib2.0-0              glib                 glib2
libgobject-2.0.so.0       libglib2.0-0              glib                 glib2
libSM.so.6                libsm6                    libsm                libSM
libXext.so.6              libxext6                  libxext              libXext
libXrender.so.1           libxrender1               libxrender           libXrender
libX11.so.6               libx11-6                  libx11               libX11
libX11-xcb.so.1           libx11-xcb1               libx11               libX11-xcb
libXcomposite.so.1        libxcomposite1            libxcomposite        libXcomposite
libXdamage.so.1           libxdamage1               libxdamage           libXdamage
libXfixes.so.3            libxfixes3                libxfixes            libXfixes
libXrandr.so.2            libxrandr2                libxrandr            libXrandr
libxcb.so.1               libxcb1                   libxcb               libxcb
libxkbcommon.so.0         libxkbcommon0             libxkbcommon         libxkbcommon
libgbm.so.1               libgbm1                   mesa-gbm             mesa-libgbm
libdrm.so.2               libdrm2                   libdrm               libdrm
libnss3.so                libnss3                   nss                  nss
libnspr4.so               libnspr4                  nspr                 nspr
libasound.so.2            libasound2                alsa-lib             alsa-lib
libatk-1.0.so.0           libatk1.0-0               at-spi2-core         atk
libatk-bridge-2.0.so.0    libatk-bridge2.0-0        at-spi2-core         at-spi2-atk
libatspi.so.0             libatspi2.0-0             at-spi2-core         at-spi2-core
libcups.so.2              libcups2                  cups-libs            cups-libs
libdbus-1.so.3            libdbus-1-3               dbus-libs            dbus-libs
libgtk-3.so.0             libgtk-3-0                gtk+3.0              gtk3
libcairo.so.2             libcairo2                 cairo                cairo
libpango-1.0.so.0         libpango-1.0-0            pango                pango
libpangocairo-1.0.so.0    libpangocairo-1.0-0       pango                pango
libgdk_pixbuf-2.0.so.0    libgdk-pixbuf-2.0-0       gdk-pixbuf           gdk-pixbuf2
libfontconfig.so.1        libfontconfig1            fontconfig           fontconfig
libfreetype.so.6          libfreetype6              freetype             freetype
libjpeg.so.62             libjpeg62-turbo           libjpeg-turbo        libjpeg-turbo
libpng16.so.16            libpng16-16               libpng               libpng
libvips.so.42             libvips42                 vips                 vips
libxml2.so.2              libxml2                   libxml2              libxml2
libxslt.so.1              libxslt1.1                libxslt              libxslt
libpq.so.5                libpq5                    libpq                libpq
libmysqlclient.so.21      -                         -                    mysql-libs
libmariadb.so.3           libmariadb3               mariadb-connector-c  mariadb-connector-c
libsqlite3.so.0           libsqlite3-0              sqlite-libs          sqlite-libs
libodbc.so.2              libodbc2                  unixodbc             unixODBC
libssl.so.3               libssl3                   libssl3              openssl-libs
libcrypto.so.3            libssl3                   libcrypto3           openssl-libs
libssl.so.1.1             -                         -                    compat-openssl11
libcrypto.so.1.1          -                         -                    compat-openssl11
libcurl.so.4              libcurl4                  libcurl              libcurl
libz.so.1                 zlib1g                    zlib                 zlib
libbz2.so.1.0             libbz2-1.0                libbz2               bzip2-libs
liblzma.so.5              liblzma5                  xz-libs              xz-libs
libzstd.so.1              libzstd1                  zstd-libs            libzstd
libffi.so.8               libffi8                   libffi               libffi
libgomp.so.1              libgomp1                  libgomp              libgomp
libgfortran.so.5          libgfortran5              libgfortran          libgfortran
libquadmath.so.0          libquadmath0              libquadmath          libquadmath
libopenblas.so.0          libopenblas0              openblas             openblas
libstdc++.so.6            libstdc++6                libstdc++            libstdc++
libgcc_s.so.1             libgcc-s1                 libgcc               libgcc
libatomic.so.1            libatomic1                libatomic            libatomic
libicuuc.so.72            libicu72                  -                    -
libicui18n.so.72          libicu72                  -                    -
libicuuc.so.74            -                         icu-libs             -
libicui18n.so.74          -                         icu-libs             -
libexpat.so.1             libexpat1                 libexpat             expat
libyaml-0.so.2            libyaml-0-2               yaml                 libyaml
libmagic.so.1             libmagic1                 libmagic             file-libs
libevent-2.1.so.7         libevent-2.1-7            libevent             libevent
libncursesw.so.6          libncursesw6              libncursesw          ncurses-libs
libtinfo.so.6             libtinfo6                 -                    ncurses-libs
libreadline.so.8          libreadline8              readline             readline
libzmq.so.5               libzmq5                   libzmq               zeromq
libsodium.so.23           libsodium23               -                    libsodium
librdkafka.so.1           librdkafka1               librdkafka           librdkafka
libsasl2.so.2             libsasl2-2                -                    cyrus-sasl-lib
libldap-2.5.so.0          libldap-2.5-0             -                    -
libgssapi_krb5.so.2       libgssapi-krb5-2          krb5-libs            krb5-libs
libkrb5.so.3              libkrb5-3                 krb5-libs            krb5-libs
libuuid.so.1              libuuid1                  libuuid              libuuid
libmagickwand-6.q16.so.6  libmagickwand-6.q16-6     -                    -
libgdiplus.so             libgdiplus                libgdiplus           libgdiplus
libpython3.11.so.1.0      libpython3.11             -                    python3.11-libs
libpython3.12.so.1.0      -                         python3              python3-libs
`

let known: ReadonlyMap<string, readonly string[]> | undefined

/** The package of that family that brings the library; undefined when this table does not know. */
export function packagesOfLibrary(family: Family, library: string): string | undefined {
  known ??= new Map(
    rows
      .trim()
      .split('\n')
      .map((row) => row.split(/ +/))
      .map(([name = '', ...packages]) => [name, packages]),
  )
  const found = known.get(library)?.[{ debian: 0, alpine: 1, fedora: 2 }[family]]
  return found === '-' ? undefined : found
}
