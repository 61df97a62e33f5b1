import type { Family } from './package-family.ts'

/**
 * Commands that Dockerfiles use most, and the packages that bring them in Debian 12 and Ubuntu, Alpine 3.20, Fedora and RHEL 9.
 * The Debian column agrees with the Contents files of bookworm (November 2026), where packages of alternatives and of meta
 * packages are named instead of what they pull in; the other columns were written from knowledge of these distributions and
 * not checked against them. `=` is the name of the command, `-` stands for no package. Names of programs that come with every base are not here.
 */
const rows = `
adduser         =                   -                   -
7z              p7zip-full          7zip                p7zip-plugins
ab              apache2-utils       apache2-utils       httpd-tools
aclocal         automake            automake            automake
ansible         =                   =                   ansible-core
ant             =                   apache-ant          =
apache2         =                   =                   httpd
ar              binutils            binutils            binutils
arp             net-tools           net-tools           net-tools
as              binutils            binutils            binutils
autoconf        =                   =                   =
automake        =                   =                   =
autoreconf      autoconf            autoconf            autoconf
aws             awscli              aws-cli             awscli2
bash            =                   =                   =
bc              =                   =                   =
bison           =                   =                   =
brotli          =                   =                   =
bsdtar          libarchive-tools    libarchive-tools    bsdtar
bunzip2         bzip2               bzip2               bzip2
bzip2           =                   =                   =
c++             g++                 g++                 gcc-c++
cargo           =                   =                   =
cc              gcc                 gcc                 gcc
ccache          =                   =                   =
certbot         =                   =                   =
chromium        =                   =                   =
clang           =                   =                   =
clang++         clang               clang               clang
cmake           =                   =                   =
composer        =                   =                   =
convert         imagemagick         imagemagick         ImageMagick
cpio            =                   =                   =
crond           -                   dcron               cronie
cron            =                   -                   -
crontab         cron                dcron               cronie
curl            =                   =                   =
dig             bind9-dnsutils      bind-tools          bind-utils
dos2unix        =                   =                   =
dot             graphviz            graphviz            graphviz
envsubst        gettext-base        gettext-envsubst    gettext
erl             erlang-base         erlang              erlang
expect          =                   =                   =
fakeroot        =                   =                   =
fc-cache        fontconfig          fontconfig          fontconfig
ffmpeg          =                   =                   -
file            =                   =                   =
find            findutils           findutils           findutils
flex            =                   =                   =
free            procps              procps              procps-ng
fuser           psmisc              psmisc              psmisc
g++             =                   =                   gcc-c++
gawk            =                   =                   =
gcc             =                   =                   =
gdb             =                   =                   =
gem             ruby                ruby                rubygems
getcap          libcap2-bin         libcap-utils        libcap
gfortran        =                   =                   gcc-gfortran
gettext         =                   =                   =
gh              =                   github-cli          gh
ghc             =                   =                   =
git             =                   =                   =
git-lfs         =                   =                   =
go              golang-go           go                  golang
gosu            =                   -                   -
gpg             gnupg               gnupg               gnupg2
gradle          =                   =                   -
groupadd        passwd              shadow              shadow-utils
groupmod        passwd              shadow              shadow-utils
gunzip          gzip                gzip                gzip
gzip            =                   =                   =
haproxy         =                   =                   =
helm            -                   =                   =
host            bind9-host          bind-tools          bind-utils
hostname        =                   -                   =
htop            =                   =                   =
htpasswd        apache2-utils       apache2-utils       httpd-tools
hwclock         util-linux-extra    util-linux-misc     util-linux-core
iconv           libc-bin            musl-utils          glibc-common
ifconfig        net-tools           net-tools           net-tools
inotifywait     inotify-tools       inotify-tools       inotify-tools
ip              iproute2            iproute2            iproute
iptables        =                   =                   iptables-nft
jar             default-jdk-headless openjdk17-jdk      java-17-openjdk-devel
java            default-jre-headless openjdk17-jre-headless java-17-openjdk-headless
javac           default-jdk-headless openjdk17-jdk      java-17-openjdk-devel
jq              =                   =                   =
killall         psmisc              psmisc              psmisc
kubectl         kubernetes-client   =                   kubernetes-client
ld              binutils            binutils            binutils
less            =                   =                   =
libtool         libtool-bin         =                   =
libtoolize      libtool             libtool             libtool
locale-gen      locales             -                   -
localedef       libc-bin            -                   glibc-common
logrotate       =                   =                   =
lsb_release     lsb-release         lsb-release         -
lscpu           util-linux          lscpu               util-linux-core
lsof            =                   =                   =
lua             lua5.4              lua5.4              =
lz4             =                   =                   =
m4              =                   =                   =
make            =                   =                   =
mariadb         mariadb-client      mariadb-client      mariadb
meson           =                   =                   =
mkfs.ext4       e2fsprogs           e2fsprogs           e2fsprogs
mvn             maven               maven               maven
mysql           default-mysql-client mysql-client       mysql
mysqldump       default-mysql-client mysql-client       mysql
nano            =                   =                   =
nasm            =                   =                   =
nc              netcat-openbsd      netcat-openbsd      nmap-ncat
netstat         net-tools           net-tools           net-tools
nginx           =                   =                   =
ninja           ninja-build         ninja-build         ninja-build
nmap            =                   =                   =
node            nodejs              nodejs              nodejs
npm             =                   =                   nodejs-npm
npx             npm                 npm                 nodejs-npm
nslookup        bind9-dnsutils      bind-tools          bind-utils
objdump         binutils            binutils            binutils
openssl         =                   =                   =
pandoc          =                   =                   =
parallel        =                   =                   =
patch           =                   =                   =
patchelf        =                   =                   =
pdftotext       poppler-utils       poppler-utils       poppler-utils
perl            =                   =                   =
pg_config       libpq-dev           libpq-dev           libpq-devel
pg_dump         postgresql-client   postgresql16-client postgresql
pgrep           procps              procps              procps-ng
php             php-cli             php83               php-cli
ping            iputils-ping        iputils-ping        iputils
pip             python3-pip         py3-pip             python3-pip
pip3            python3-pip         py3-pip             python3-pip
pipx            =                   =                   =
pkg-config      =                   pkgconf             pkgconf-pkg-config
pkill           procps              procps              procps-ng
protoc          protobuf-compiler   protobuf            protobuf-compiler
ps              procps              procps              procps-ng
psql            postgresql-client   postgresql16-client postgresql
pv              =                   =                   =
python          python-is-python3   python3             python3
python3         =                   =                   =
qemu-img        qemu-utils          qemu-img            qemu-img
R               r-base-core         R                   R-core
readelf         binutils            binutils            binutils
redis-cli       redis-tools         redis               redis
redis-server    =                   redis               redis
rsync           =                   =                   =
ruby            =                   =                   =
runuser         util-linux          runuser             util-linux
rustc           =                   rust                rust
scp             openssh-client      openssh-client-default openssh-clients
setcap          libcap2-bin         libcap-utils        libcap
setpriv         util-linux          setpriv             util-linux
sha256sum       coreutils           coreutils           coreutils
socat           =                   =                   =
sqlite3         =                   sqlite              sqlite
ss              iproute2            iproute2            iproute
ssh             openssh-client      openssh-client-default openssh-clients
ssh-keygen      openssh-client      openssh-keygen      openssh
ssh-keyscan     openssh-client      openssh-client-default openssh-clients
sshd            openssh-server      openssh-server      openssh-server
strace          =                   =                   =
strip           binutils            binutils            binutils
su-exec         -                   =                   -
sudo            =                   =                   =
supervisord     supervisor          supervisor          supervisor
svn             subversion          subversion          subversion
swig            =                   =                   =
tar             =                   =                   =
tcpdump         =                   =                   =
telnet          =                   busybox-extras      =
tesseract       tesseract-ocr       tesseract-ocr       tesseract
tini            =                   =                   tini
tmux            =                   =                   =
top             procps              procps              procps-ng
traceroute      =                   busybox             =
tree            =                   =                   =
tzselect        libc-bin            tzdata              glibc-common
unrar           unrar-free          -                   -
unxz            xz-utils            xz                  xz
unzip           =                   =                   =
update-ca-certificates ca-certificates ca-certificates  -
update-ca-trust -                   -                   ca-certificates
useradd         passwd              shadow              shadow-utils
usermod         passwd              shadow              shadow-utils
userdel         passwd              shadow              shadow-utils
uuidgen         uuid-runtime        uuidgen             util-linux
vi              vim-tiny            vim                 vim-minimal
vim             =                   =                   vim-enhanced
virtualenv      python3-virtualenv  py3-virtualenv      python3-virtualenv
wget            =                   =                   wget
which           debianutils         which               which
whois           =                   =                   whois
wkhtmltopdf     =                   -                   -
xmllint         libxml2-utils       libxml2-utils       libxml2
xsltproc        =                   libxslt             libxslt
xvfb-run        xvfb                xvfb-run            xorg-x11-server-Xvfb
xxd             =                   =                   vim-common
xz              xz-utils            xz                  xz
yarn            -                   yarn                yarnpkg
yasm            =                   =                   =
yq              =                   yq                  yq
zip             =                   =                   =
zsh             =                   =                   =
zstd            =                   =                   =
`

/** Packages that have no command of their name and another name elsewhere, in the same columns. */
const packageRows = `
build-essential            build-base          gcc-c++
default-libmysqlclient-dev mariadb-connector-c-dev mariadb-connector-c-devel
libbz2-dev                 bzip2-dev           bzip2-devel
libcairo2-dev              cairo-dev           cairo-devel
libcurl4-openssl-dev       curl-dev            libcurl-devel
libffi-dev                 libffi-dev          libffi-devel
libfreetype6-dev           freetype-dev        freetype-devel
libglib2.0-0               glib                glib2
libicu-dev                 icu-dev             libicu-devel
libjpeg-dev                jpeg-dev            libjpeg-turbo-devel
libldap2-dev               openldap-dev        openldap-devel
liblzma-dev                xz-dev              xz-devel
libmagic1                  libmagic            file-libs
libncurses-dev             ncurses-dev         ncurses-devel
libpng-dev                 libpng-dev          libpng-devel
libpq-dev                  libpq-dev           libpq-devel
libpq5                     libpq               libpq
libreadline-dev            readline-dev        readline-devel
libsqlite3-dev             sqlite-dev          sqlite-devel
libssl-dev                 openssl-dev         openssl-devel
libstdc++6                 libstdc++           libstdc++
libxml2-dev                libxml2-dev         libxml2-devel
libxslt1-dev               libxslt-dev         libxslt-devel
libyaml-dev                yaml-dev            libyaml-devel
libzip-dev                 libzip-dev          libzip-devel
linux-libc-dev             linux-headers       kernel-headers
locales                    musl-locales        glibc-langpack-en
pkg-config                 pkgconf             pkgconf-pkg-config
python3-dev                python3-dev         python3-devel
ruby-dev                   ruby-dev            ruby-devel
zlib1g-dev                 zlib-dev            zlib-devel
`

const columns: Readonly<Record<Family, number>> = { debian: 0, alpine: 1, fedora: 2 }

let commands: ReadonlyMap<string, readonly string[]> | undefined

/** The package of that family that brings a command; undefined when this table does not know or there is none. */
export function packageOfCommand(family: Family, command: string): string | undefined {
  const found = commandTable().get(command)?.[columns[family]]
  return found === '-' ? undefined : found
}

/** What a package of another family is called in this one. */
export function packageElsewhere(family: Family, name: string): string | undefined {
  const all = [...commandTable().values(), ...table(packageRows)]
  const row = all.find((packages) => packages.some((one, column) => one === name && column !== columns[family]))
  const found = row?.[columns[family]]
  return found === '-' || found === name ? undefined : found
}

/** All package names of a family that the tables know. */
export function knownPackages(family: Family): readonly string[] {
  const all = [...commandTable().values(), ...table(packageRows)]
  return [...new Set(all.map((packages) => packages[columns[family]] ?? '-'))].filter((name) => name !== '-')
}

function commandTable(): ReadonlyMap<string, readonly string[]> {
  commands ??= new Map(
    table(rows).map(([command = '', ...packages]) => [
      command,
      packages.map((name) => (name === '=' ? command : name)),
    ]),
  )
  return commands
}

function table(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((row) => row.split(/ +/))
}
