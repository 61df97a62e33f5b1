import { grown, type ImageFacts } from './image-facts.ts'
import { debianNumber, ubuntuNumber } from './image-tag.ts'

/** What dpkg's essential and required packages bring, in Debian and Ubuntu alike. */
const required = `
  sh bash dash rbash apt apt-get apt-cache apt-config apt-mark dpkg dpkg-deb dpkg-query dpkg-divert dpkg-reconfigure
  perl mawk awk grep egrep fgrep sed find xargs tar gzip gunzip zcat zgrep diff cmp hostname which tempfile savelog run-parts
  useradd userdel usermod groupadd groupdel groupmod gpasswd passwd chpasswd chsh chfn chage nologin newgrp su login
  update-alternatives start-stop-daemon pidof killall5 getent iconv ldd ldconfig locale localedef tzselect getconf
  clear tput tic infocmp tset reset setpriv runuser flock mount umount more script unshare nsenter lsblk blkid fdisk getopt
  rev renice setsid taskset dmesg findmnt ionice logger mesg wall gpgv tune2fs mkfs mkfs.ext4 fsck
  arch base32 base64 basename cat chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dirname du echo env expand
  expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl
  nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir seq sha1sum sha224sum
  sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true
  truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes [`

const libraries = `libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libcrypt.so.1 libgcc_s.so.1
  libstdc++.so.6 libz.so.1 libbz2.so.1.0 liblzma.so.5 libzstd.so.1 liblz4.so.1 libpcre2-8.so.0 libselinux.so.1 libacl.so.1
  libattr.so.1 libaudit.so.1 libpam.so.0 libblkid.so.1 libmount.so.1 libsmartcols.so.1 libuuid.so.1 libtinfo.so.6
  libsystemd.so.0 libudev.so.1 libgcrypt.so.20 libgpg-error.so.0 libgnutls.so.30 libgmp.so.10 libidn2.so.0
  libp11-kit.so.0 libtasn1.so.6 libdb-5.3.so libseccomp.so.2 libxxhash.so.0 libcap-ng.so.0`

const accounts = `root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody`

/**
 * `debian:<release>`, with or without `-slim`: the packages are the same (github.com/debuerreotype/docker-debian-artifacts,
 * rootfs.manifest). No certificates, no curl, no ps. Since trixie there is OpenSSL's library, and adduser is gone.
 */
export function debian(release: string | undefined): ImageFacts {
  const number = debianNumber(release)
  const base = grown(
    {},
    {
      distribution: 'debian',
      ...(release === undefined ? {} : { release }),
      libc: 'glibc',
      hasShell: true,
      packageManager: 'apt',
      user: 'root',
      hasCertificates: false,
      hasCompiler: false,
      complete: 'well-known',
      programs: required,
      libraries,
      accounts,
    },
  )
  if (number === undefined)
    return grown(base, { unsure: 'adduser addgroup deluser delgroup libssl libcrypto libffi libcap' })
  return grown(base, {
    programs: number <= 12 ? 'adduser addgroup deluser delgroup' : '',
    libraries: [
      number >= 12 ? 'libffi.so.8 libcap.so.2' : number === 11 ? 'libffi.so.7' : 'libffi.so.6',
      number >= 13 ? opensslOfDebian(number) : '',
      number === 11 ? `${opensslOfDebian(11)} libgssapi_krb5.so.2 libkrb5.so.3 libk5crypto.so.3` : '',
    ].join(' '),
    ...(number < 11 ? { unsure: 'libssl libcrypto' } : {}),
  })
}

/** The libraries of OpenSSL that a Debian release has. */
export function opensslOfDebian(number: number | undefined): string {
  if (number === undefined) return ''
  return number >= 12 ? 'libssl.so.3 libcrypto.so.3' : 'libssl.so.1.1 libcrypto.so.1.1'
}

/** `ubuntu:<release>`. */
export function ubuntu(release: string | undefined): ImageFacts {
  const number = ubuntuNumber(release)
  const base = grown(
    {},
    {
      distribution: 'ubuntu',
      ...(release === undefined ? {} : { release }),
      libc: 'glibc',
      hasShell: true,
      packageManager: 'apt',
      user: 'root',
      hasCertificates: false,
      hasCompiler: false,
      complete: 'well-known',
      programs: required,
      libraries,
      accounts,
      unsure:
        'libffi libcap libkrb5 libgssapi_krb5 libk5crypto ps top free uptime pgrep pkill vmstat watch libncursesw libgnutls sudo',
    },
  )
  if (number === undefined) return grown(base, { unsure: 'adduser addgroup deluser delgroup libssl libcrypto ubuntu' })
  return grown(base, {
    // Until 22.04, procps is part of the image.
    programs: number <= 22.04 ? 'adduser addgroup deluser delgroup ps top free uptime pgrep pkill vmstat watch' : '',
    unsure: number > 22.04 ? 'adduser addgroup deluser delgroup' : '',
    libraries: number >= 22.04 ? 'libssl.so.3 libcrypto.so.3' : 'libssl.so.1.1 libcrypto.so.1.1',
    accounts: number >= 23.04 ? 'ubuntu' : 'gnats',
  })
}

/** What `ca-certificates` brings in Debian and Ubuntu. */
export function withCertificates(facts: ImageFacts): ImageFacts {
  const openssl = facts.distribution === 'debian' ? opensslOfDebian(debianNumber(facts.release)) : ''
  return grown(facts, { hasCertificates: true, programs: 'openssl update-ca-certificates', libraries: openssl })
}
