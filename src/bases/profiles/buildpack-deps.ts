import { debian, ubuntu, withCertificates } from './debian.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { debianNumber } from './image-tag.ts'

const fetching = 'curl wget gpg gpgv dirmngr gpgconf gpg-agent'
const fetchingLibraries = `libcurl.so.4 libssh2.so.1 libnghttp2.so.14 libkrb5.so.3
  libgssapi_krb5.so.2 libk5crypto.so.3 libsasl2.so.2 libsqlite3.so.0 libreadline.so.8 libbrotlidec.so.1 libbrotlicommon.so.1`
const sources = `git hg svn ssh scp sftp ssh-keygen ssh-keyscan ssh-add ssh-agent python3 perl ps top free uptime pgrep pkill
  vmstat watch w sysctl slabtop pwdx pmap`
const sourcesLibraries = 'libexpat.so.1 libserf-1.so.1 libsvn_client-1.so.1 libncursesw.so.6'
const building = `gcc g++ cc c++ cpp make ld ar as nm strip objcopy objdump readelf ranlib gcov autoconf automake aclocal libtoolize
  m4 bzip2 bunzip2 xz unxz unzip patch file convert magick identify pkg-config pkgconf dpkg-architecture dpkg-buildflags
  dpkg-buildpackage xml2-config curl-config pg_config mariadb_config mysql_config xsltproc`
const buildingLibraries = `libpq.so.5 libmariadb.so.3 libxml2.so.2 libxslt.so.1 libexslt.so.0 libjpeg.so.62 libpng16.so.16
  libyaml-0.so.2 libevent-2.1.so.7 libgdbm.so.6 libglib-2.0.so.0 libgobject-2.0.so.0 libgio-2.0.so.0 libgthread-2.0.so.0
  libmaxminddb.so.0 libgomp.so.1 libatomic.so.1 libquadmath.so.0 libfreetype.so.6 libfontconfig.so.1 liblcms2.so.2
  libX11.so.6 libXext.so.6 libxcb.so.1 libmagic.so.1 libcairo.so.2 libSM.so.6 libICE.so.6
  libmpfr.so.6 libXrender.so.1`
const unsureLibraries = `libGL libEGL libGLU libpango-1.0 libpangocairo-1.0 libharfbuzz librsvg-2 libgdk_pixbuf-2.0 libheif libde265
  libopenjp2 libtiff libwebp libdbus-1 libgbm libdrm libXi libXtst libcups libmysqlclient libnss3 libnspr4 libicuuc libicudata
  libicui18n libgif libprotobuf libavcodec libavformat libldap liblber libncurses libnghttp2 libssh2 libMagickCore-7.Q16
  libMagickCore-6.Q16 libMagickWand-6.Q16 libltdl libdb libcap libpcre`

/**
 * `buildpack-deps:<release>`, `-scm` or `-curl` (github.com/docker-library/buildpack-deps): what the large variants of the
 * language images stand on.
 */
export function buildpackDeps(
  distribution: 'debian' | 'ubuntu',
  release: string | undefined,
  extent: 'curl' | 'scm' | 'all',
): ImageFacts {
  const bottom = withCertificates(distribution === 'debian' ? debian(release) : ubuntu(release))
  const curl = grown(bottom, { programs: fetching, libraries: fetchingLibraries, unsure: 'sq libldap liblber' })
  if (extent === 'curl') return curl
  const scm = grown(curl, { programs: sources, libraries: sourcesLibraries, unsure: 'python libpython3 less' })
  if (extent === 'scm') return scm
  const number = debianNumber(release)
  return grown(scm, {
    programs: building,
    libraries: buildingLibraries,
    unsure: `${unsureLibraries} gs flex bison fc-cache fc-list`,
    hasCompiler: true,
    variant: 'full',
    ...(number === undefined ? {} : { accounts: '' }),
  })
}
