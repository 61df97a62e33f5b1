import { grown, type ImageFacts } from './image-facts.ts'
import { versionNumbers } from './image-tag.ts'

/** The applets of Alpine's busybox: widely used ones of github.com/alpinelinux/aports main/busybox/busyboxconfig. */
const applets = `
  [ addgroup adduser arch arp arping ash awk base64 basename bc bunzip2 busybox bzcat bzip2 cal cat chattr chgrp chmod chown
  chpasswd chroot cksum clear cmp comm cp cpio crond crontab cut date dc dd delgroup deluser df diff dirname dmesg dos2unix du
  echo egrep env expand expr factor fallocate false fgrep find flock fold free fsync fuser getopt getty grep groups gunzip gzip
  halt head hexdump hostid hostname id ifconfig install iostat ip ipcalc kill killall killall5 less link ln logger login ls lsattr
  lsof lzcat lzma md5sum mkdir mkfifo mknod mkpasswd mktemp mkswap mount mountpoint mpstat mv nc netstat nice nl nmeter nohup nologin
  nproc nsenter nslookup ntpd od passwd paste pgrep pidof ping ping6 pkill pmap printenv printf ps pstree pwd readlink realpath
  reboot renice reset rev rm rmdir route run-parts sed seq setpriv setsid sh sha1sum sha256sum sha3sum sha512sum shred shuf
  sleep sort split stat strings stty su sum swapoff sync sysctl tac tail tar tee test time timeout top touch tr traceroute
  traceroute6 tree true truncate tty umount uname unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime usleep
  uudecode uuencode vi vlock volname watch wc wget which who whoami whois xargs xxd xzcat yes zcat`

/** `alpine:<release>`: busybox, apk, musl, OpenSSL's libraries and a certificate bundle. */
export function alpine(release: string | undefined): ImageFacts {
  const [major = 0, minor = 0] = versionNumbers(release)
  const newOpenssl = release === undefined || major > 3 || minor >= 17
  return grown(
    {},
    {
      distribution: 'alpine',
      ...(release === undefined ? {} : { release }),
      libc: 'musl',
      hasShell: true,
      packageManager: 'apk',
      user: 'root',
      hasCertificates: true,
      hasCompiler: false,
      variant: 'minimal',
      complete: 'well-known',
      programs: `${applets} apk ldd getconf getent iconv scanelf ldconfig`,
      libraries: `libc.musl-x86_64.so.1 ld-musl-x86_64.so.1 libz.so.1 libapk.so.2 ${
        newOpenssl ? 'libssl.so.3 libcrypto.so.3' : 'libssl.so.1.1 libcrypto.so.1.1'
      }`,
      accounts: 'root bin daemon lp sync shutdown halt mail news uucp cron ftp sshd games ntp guest nobody',
      unsure: 'strings',
    },
  )
}

/** The compilers' own libraries: every C++ program of Alpine brings them. */
export const alpineCpp = 'libstdc++.so.6 libgcc_s.so.1'

/** `busybox`, by the C library that the tag names. */
export function busybox(libc: 'glibc' | 'musl' | 'uclibc'): ImageFacts {
  return grown(
    {},
    {
      distribution: 'busybox',
      ...(libc === 'uclibc' ? {} : { libc }),
      hasShell: true,
      packageManager: 'none',
      user: 'root',
      hasCertificates: false,
      hasCompiler: false,
      variant: 'minimal',
      complete: 'well-known',
      programs: `${applets} httpd telnet patch dpkg rpm script`,
      libraries: libc === 'glibc' ? 'libc.so.6 libm.so.6 libresolv.so.2 libpthread.so.0 libnss_files.so.2' : '',
      accounts: 'root daemon bin sys sync mail www-data operator nobody',
      unsure: 'apt hostname getent rpm2cpio tcpsvd udhcpc sendmail nologin host man svlogd runsvdir',
    },
  )
}
