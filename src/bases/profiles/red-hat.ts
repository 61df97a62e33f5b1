import { grown, type ImageFacts } from './image-facts.ts'

const shell = `sh bash rpm coreutils cat chmod chown cp date echo env grep egrep fgrep head id ln ls md5sum mkdir mktemp mv nproc printf
  pwd readlink rm rmdir sed sha256sum sleep sort stat tail tee test timeout touch tr true uname uniq wc whoami [ awk gawk base64
  basename dirname cut expr false nohup realpath sync tac getent ldd ldconfig`
const accounts = 'root bin daemon adm lp sync shutdown halt mail operator games ftp nobody'
const libraries = `libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libgcc_s.so.1 libz.so.1
  libbz2.so.1 liblzma.so.5 libzstd.so.1 libtinfo.so.6`
const common = {
  libc: 'glibc',
  hasShell: true,
  user: 'root',
  hasCompiler: false,
  hasCertificates: true,
  complete: 'well-known',
  libraries,
  accounts,
} as const

/** Of these, images of the family have some and lack others, by version. */
const unsure = `which hostname diff find xargs ps top free uptime pgrep pkill watch vmstat less vi more file openssl gpg gpg2 gpgv
  python python3 tar gzip bzip2 xz passwd su runuser setpriv nologin useradd userdel usermod groupadd groupdel groupmod adduser
  chpasswd update-ca-trust ip ifconfig ping hostname unzip zip sqlite3 curl wget perl script systemctl service locale localedef dnf yum
  microdnf lz4 zstd libssl libcrypto libstdc++ libxml2 libcurl libsqlite3 libffi libgmp libncursesw libncurses libreadline libpcre
  libpcre2-8 libuuid libblkid libmount libsystemd libudev libcap libidn2 libnghttp2 libssh2 libldap liblber libsasl2 libkrb5
  libgssapi_krb5 libk5crypto libexpat libglib-2.0 libgobject-2.0 libgio-2.0 libgthread-2.0 libgnutls libdb-5.3 libgdbm libcrypt
  libyaml-0 libpam libarchive libmagic liblz4 liblmdb libbrotlidec libbrotlicommon libseccomp libicuuc libicudata libicui18n libgomp libdbus-1`

/** Red Hat's universal base images: `ubi8`, `ubi9-minimal`, `ubi9/ubi-micro`. */
export function ubi(release: string | undefined, extent: 'whole' | 'minimal' | 'micro'): ImageFacts {
  const ubiCommon = { ...common, distribution: 'rhel', ...(release === undefined ? {} : { release }) } as const
  if (extent === 'micro') {
    return grown(
      {},
      {
        ...ubiCommon,
        packageManager: 'none',
        variant: 'minimal',
        programs: shell,
        unsure: `${unsure} rpm awk gawk grep sed`,
      },
    )
  }
  if (extent === 'minimal') {
    const programs = `${shell} microdnf curl openssl gpg gpg2`
    return grown({}, { ...ubiCommon, packageManager: 'dnf', variant: 'minimal', programs, unsure })
  }
  const programs = `${shell} dnf yum curl python3 tar gzip find xargs vi useradd groupadd usermod userdel which less`
  return grown({}, { ...ubiCommon, packageManager: 'dnf', variant: 'full', programs, unsure })
}

/** Fedora, and the rebuilds of Red Hat's distribution: AlmaLinux, Rocky Linux, CentOS. */
export function rpmDistribution(
  distribution: 'fedora' | 'rhel' | 'amazon' | 'opensuse' | undefined,
  release: string | undefined,
  additions: { readonly packageManager: 'dnf' | 'zypper'; readonly programs: string; readonly minimal?: boolean },
): ImageFacts {
  return grown(
    {},
    {
      ...common,
      ...(distribution === undefined ? {} : { distribution }),
      ...(release === undefined ? {} : { release }),
      packageManager: additions.packageManager,
      variant: additions.minimal === true ? 'minimal' : 'full',
      programs: `${shell} ${additions.programs}`,
      unsure,
    },
  )
}

/** `oraclelinux:<release>` or its `-slim`. */
export function oracleLinux(release: string | undefined, extent: 'whole' | 'slim'): ImageFacts {
  return rpmDistribution('rhel', release, {
    packageManager: 'dnf',
    programs: extent === 'slim' ? 'microdnf curl' : 'dnf yum curl useradd groupadd',
    minimal: extent === 'slim',
  })
}

/** `amazonlinux:<release>`: 2 with yum, 2023 with dnf. */
export function amazonLinux(release: string | undefined): ImageFacts {
  return rpmDistribution('amazon', release, {
    packageManager: 'dnf',
    programs: release === '2' ? 'yum curl python python2' : release === undefined ? 'yum curl' : 'dnf yum curl python3',
  })
}
