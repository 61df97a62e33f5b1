import { namesIn } from './image-facts.ts'

/**
 * Programs that people install and images ship. Of an image whose content is known, one of these that is not listed
 * there is absent; of other names nobody can say.
 */
export const wellKnownPrograms: ReadonlySet<string> = new Set(
  namesIn(`
  sh bash ash dash zsh fish busybox
  curl wget nc ncat netcat socat http httpie aria2c
  ps top htop pgrep pkill free uptime vmstat watch killall
  git git-lfs svn hg brz ssh scp sftp ssh-keyscan rsync
  gcc g++ cc c++ clang clang++ make gmake cmake ninja meson ld ar as nm strip objcopy objdump readelf pkg-config pkgconf
  autoconf automake libtool libtoolize m4 bison flex patch nasm yasm re2c gdb strace ltrace valgrind cpp gfortran
  python python2 python3 pip pip3 uv uvx poetry pipenv pdm hatch virtualenv conda mamba micromamba gunicorn uvicorn
  node nodejs npm npx yarn yarnpkg pnpm corepack bun bunx deno tsc
  java javac jar jlink jdeps keytool mvn gradle sbt ant kotlinc scala
  go gofmt cargo rustc rustup rustfmt
  ruby gem bundle bundler rake irb rails php phpize pecl pear composer docker-php-ext-install docker-php-ext-enable
  docker-php-ext-configure docker-php-source php-fpm apache2-foreground a2enmod a2dismod a2ensite
  perl cpan cpanm dotnet pwsh elixir mix iex erl rebar3 ghc stack lua
  tini dumb-init su-exec gosu sudo doas s6-svscan supervisord supervisorctl runuser setpriv su cron crond systemctl service
  jq yq xmllint unzip zip xz bzip2 7z 7za zstd lz4 gzip tar cpio file tree vim vi nano emacs less more
  openssl gpg gpg2 gpgv update-ca-certificates update-ca-trust certbot
  apt apt-get apt-cache apt-key apt-mark aptitude add-apt-repository lsb_release dpkg apk dnf microdnf yum zypper pacman tdnf rpm snap
  useradd userdel usermod groupadd groupdel groupmod adduser addgroup deluser delgroup passwd chpasswd nologin
  ip ifconfig ping ping6 dig nslookup host telnet traceroute tracepath netstat ss lsof tcpdump nmap arp route iptables ethtool iperf iperf3
  envsubst gettext msgfmt psql pg_isready pg_dump pg_restore initdb mysql mysqladmin mysqldump mariadb mariadb-admin redis-cli redis-server
  valkey-cli valkey-server mongosh mongo mongod sqlite3 nginx httpd apache2 apache2ctl caddy traefik haproxy memcached rabbitmqctl
  rabbitmq-diagnostics ffmpeg ffprobe convert magick identify gs wkhtmltopdf pandoc inotifywait locale-gen
  protoc terraform kubectl helm aws gcloud az docker buildah podman skopeo chromium chromium-browser chromedriver google-chrome firefox
  xvfb-run Xvfb fc-cache fc-list nproc getent hostname which find xargs grep sed awk gawk timeout base64 sha256sum
  diff stat script expect screen tmux bc dc man whois unrar upx gdbserver perf`),
)

/** The same for shared libraries, by what stands before `.so`. */
export const wellKnownLibraries: ReadonlySet<string> = new Set(
  namesIn(`
  libc libm libdl libpthread librt libresolv libcrypt libgcc_s libstdc++ libatomic libgomp libgfortran libquadmath
  libssl libcrypto libgnutls libsodium libz libbz2 liblzma libzstd liblz4 libsnappy libbrotlidec libbrotlicommon
  libpq libmysqlclient libmariadb libsqlite3 libodbc libodbcinst libtdsodbc libsybdb libmongoc-1.0 libhiredis librdkafka librdkafka++
  libmemcached libmemcached.so.11 librabbitmq libleveldb librocksdb liblmdb libdb-5.3
  libxml2 libxslt libexslt libexpat libyaml-0 libffi libgmp libmpfr libonig libpcre libpcre2-8 libicuuc libicudata libicui18n libzip
  libjpeg libturbojpeg libpng16 libwebp libtiff libgif libfreetype libfontconfig libgd libvips libMagickCore-6.Q16 libMagickWand-6.Q16
  libheif libde265 libopenjp2 liblcms2 libcairo libpango-1.0 libpangocairo-1.0 libharfbuzz librsvg-2 libgdk_pixbuf-2.0
  libGL libEGL libGLU libglib-2.0 libgthread-2.0 libgobject-2.0 libgio-2.0 libX11 libXext libXrender libSM libICE libxcb libXi libXtst
  libnss3 libnspr4 libatk-1.0 libatk-bridge-2.0 libgbm libdrm libxkbcommon libcups libasound libgtk-3 libdbus-1
  libreadline libncursesw libncurses libtinfo libgdbm libuuid libblkid libmount libevent libev libuv
  libcurl libssh2 libnghttp2 libidn2 libldap liblber libsasl2 libkrb5 libgssapi_krb5 libk5crypto libgit2 libmaxminddb libzmq
  libmagic libprotobuf libgrpc libjemalloc libtcmalloc libmimalloc libseccomp libsystemd libudev libusb-1.0 libcap libpam
  libopenblas libblas liblapack libhdf5 libgdal libgeos_c libgeos libproj libspatialindex_c libsndfile libportaudio libavcodec libavformat
  libtesseract libpoppler libargon2 libcuda libcudart libnvidia-ml libxmlsec1 libtidy libenchant-2 libc-client libmcrypt libaio`),
)
