import { alpine } from './alpine.ts'
import { debian, withCertificates } from './debian.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, official } from './image-family.ts'
import { debianNumber, type ImageTag, says } from './image-tag.ts'
import {
  bottomOf,
  certified,
  debianOf,
  language,
  shapeOf,
  slimTag,
  smaller,
  uncertain,
  versionVariable,
} from './platforms.ts'

/** Ruby, PHP, Perl, Erlang and Elixir. */
export const scripting: readonly ImageFamily[] = [
  official(['ruby'], ruby),
  official(['php'], phpImage),
  official(['composer'], composer),
  official(['perl'], perl),
  official(['erlang', 'elixir'], beam),
]

/** github.com/docker-library/ruby: certificates on Debian; a compiler in the full one only. */
function ruby(tag: ImageTag): ImageFacts {
  const shape = shapeOf(tag)
  return grown(certified(bottomOf(tag, 'ruby')), {
    ...language('ruby', 'runtime', tag.version),
    ...smaller(slimTag(tag, 'ruby')),
    programs: 'ruby gem bundle bundler rake irb erb',
    libraries: `libyaml-0.so.2 libgmp.so.10 ${shape === 'alpine' ? 'libffi.so.8' : ''}`,
    unsure: shape === 'full' ? '' : 'libgdbm libreadline libncursesw libucontext libgcc_s',
    env: {
      LANG: 'C.UTF-8',
      GEM_HOME: '/usr/local/bundle',
      BUNDLE_SILENCE_ROOT_WARNING: '1',
      BUNDLE_APP_CONFIG: '/usr/local/bundle',
      ...versionVariable('RUBY_VERSION', tag.version),
    },
  })
}

const phpPrograms = `php phpize php-config pear pecl phar curl openssl xz docker-php-source docker-php-ext-install docker-php-ext-configure
  docker-php-ext-enable docker-php-entrypoint`
const phpBuildTools = `autoconf dpkg-dev file g++ gcc cc c++ cpp make pkg-config pkgconf re2c m4 ld ar as nm strip objdump
  objcopy readelf patch bzip2`

/** github.com/docker-library/php: the tools that build extensions stay on Debian, and are gone on Alpine. No unzip, no git. */
function phpImage(tag: ImageTag): ImageFacts {
  const fpm = says(tag, 'fpm')
  const apache = says(tag, 'apache')
  const onAlpine = shapeOf(tag) === 'alpine'
  const bottom = onAlpine ? alpine(tag.platform?.release) : withCertificates(debian(debianOf(tag, 'php')))
  const facts = grown(bottom, {
    ...language('php', 'runtime', tag.version),
    programs: `${phpPrograms} ${fpm ? 'php-fpm' : ''} ${apache ? 'apache2 apache2ctl apache2-foreground a2enmod a2dismod a2ensite a2dissite' : ''}`,
    libraries: 'libcurl.so.4 libxml2.so.2 libonig.so.5 libsodium.so.23 libsqlite3.so.0 libargon2.so.1 libreadline.so.8',
    unsure: `libicuuc libicudata libicui18n libkrb5 libgssapi_krb5 libk5crypto libldap liblber libsasl2 libnghttp2 libssh2 libidn2
      libbrotlidec libbrotlicommon libgomp libatomic libquadmath libmpfr libncursesw libgdbm libmagic libexpat libedit libgcc_s libstdc++`,
    accounts: 'www-data',
    ...(fpm || apache ? { workdir: '/var/www/html', startsService: true } : {}),
    env: { PHP_INI_DIR: '/usr/local/etc/php', ...versionVariable('PHP_VERSION', tag.version) },
  })
  return onAlpine
    ? facts
    : grown(facts, { programs: phpBuildTools, hasCompiler: true, libraries: 'libgcc_s.so.1 libstdc++.so.6' })
}

/** github.com/composer/docker, on php's Alpine image. */
function composer(): ImageFacts {
  return grown(alpine(undefined), {
    ...language('php', 'sdk', undefined),
    programs: `${phpPrograms} composer 7z bash git make hg ssh scp patch svn tini unzip zip tar install-php-extensions`,
    libraries: 'libcurl.so.4 libxml2.so.2 libonig.so.5 libsqlite3.so.0 libzip.so.5 libbz2.so.1',
    unsure:
      'python3 python perl libstdc++ libgcc_s libexpat libffi libreadline libncursesw libsodium libargon2 libnghttp2 libidn2 liblzma libgdbm file su-exec',
    accounts: 'www-data',
    workdir: '/app',
    env: { COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_HOME: '/tmp', PHP_INI_DIR: '/usr/local/etc/php' },
  })
}

function perl(tag: ImageTag): ImageFacts {
  const facts = grown(bottomOf(tag, 'perl'), {
    ...language('perl', 'runtime', tag.version),
    ...smaller(says(tag, 'threaded') ? undefined : slimTag(tag, 'perl')),
    programs: 'perl cpan cpanm',
    unsure: shapeOf(tag) === 'slim' ? 'curl wget openssl update-ca-certificates libssl libcrypto libz' : '',
    workdir: '/usr/src/app',
  })
  return shapeOf(tag) === 'slim' ? uncertain(facts, 'hasCertificates') : facts
}

/** github.com/erlang/docker-erlang-otp, and Elixir on top of it. Their slim variants keep OpenSSL, and no certificates. */
function beam(tag: ImageTag, image: string): ImageFacts {
  const shape = shapeOf(tag)
  const elixir = image === 'elixir'
  const slim = shape !== 'full' ? undefined : tag.text === '' || tag.text === 'latest' ? 'slim' : `${tag.text}-slim`
  const facts = grown(bottomOf(tag, image), {
    ...language('elixir', 'sdk', tag.version),
    ...smaller(slim),
    programs: `erl erlc escript rebar3 ${elixir ? 'elixir elixirc mix iex' : ''}`,
    libraries:
      shape === 'slim'
        ? 'libodbc.so.2 libncursesw.so.6 libsctp.so.1'
        : shape === 'alpine'
          ? 'libstdc++.so.6 libgcc_s.so.1'
          : '',
    unsure: `libssl libcrypto libncursesw libodbc libodbcinst ${shape === 'full' ? '' : 'git curl wget openssl update-ca-certificates libz ps make gcc g++'}`,
  })
  return shape === 'slim' || debianNumber(facts.release) === undefined
    ? uncertain(facts, 'hasCertificates', 'hasCompiler')
    : facts
}
