import { alpine } from './alpine.ts'
import { buildpackDeps } from './buildpack-deps.ts'
import { debian, ubuntu, withCertificates } from './debian.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, official } from './image-family.ts'
import { type ImageTag, majorOf, says } from './image-tag.ts'
import { certified, language, platformOf, shapeOf, smaller } from './platforms.ts'
import { amazonLinux, oracleLinux } from './red-hat.ts'

/** Builds of OpenJDK, and the build tools that come with one. */
export const java: readonly ImageFamily[] = [
  official(['eclipse-temurin'], temurin),
  official(['maven'], maven),
  official(['gradle'], gradle),
  official(['openjdk'], openjdk),
  official(['amazoncorretto'], corretto),
  official(['ibm-semeru-runtimes'], (tag) => plain(ubuntu(tag.platform?.release), tag, jreTag(tag))),
  official(['sapmachine'], (tag) => plain(platformOf(tag, ubuntu(undefined)), tag, undefined)),
  official(['azul-zulu', 'azul/zulu-openjdk'], (tag) => plain(platformOf(tag, ubuntu(undefined)), tag, zuluJre(tag))),
  official(['azul/zulu-openjdk-alpine'], (tag) => plain(alpine(undefined), tag, zuluJre(tag))),
  official(['azul/zulu-openjdk-debian'], (tag) => plain(debian(undefined), tag, zuluJre(tag))),
]

const jreTools = 'java keytool jfr rmiregistry'
const jdkTools = `${jreTools} javac jar javap jlink jdeps jcmd jstack jmap jps jshell javadoc jarsigner jdb jpackage jmod`

/** What the version of Java in a tag is: `21` of `3.9-eclipse-temurin-21-alpine`, of `8.5-jdk21`, of `21.0.2_13-jre`. */
function javaVersion({ words }: ImageTag, named: RegExp): string | undefined {
  return words.map((word) => named.exec(word)?.[1]).findLast((version) => version !== undefined)
}

/** github.com/adoptium/containers: curl and wget on Ubuntu; no bash on Alpine. */
function temurin(tag: ImageTag): ImageFacts {
  return grown(temurinBottom(tag), {
    ...language('java', says(tag, 'jre') ? 'runtime' : 'sdk', tag.version),
    ...smaller(jreTag(tag)),
    programs: says(tag, 'jre') ? jreTools : `${jdkTools} ld ar as nm strip objcopy objdump readelf`,
    env: { JAVA_HOME: '/opt/java/openjdk', LANG: 'en_US.UTF-8', LANGUAGE: 'en_US:en', LC_ALL: 'en_US.UTF-8' },
  })
}

const imaging = 'libfontconfig.so.1 libfreetype.so.6 libpng16.so.16 libexpat.so.1'

function temurinBottom(tag: ImageTag): ImageFacts {
  const bottom = certified(platformOf(tag, ubuntu(undefined)))
  if (bottom.distribution === 'alpine') {
    return grown(bottom, {
      programs: 'gpg openssl fc-cache fc-list update-ca-certificates',
      libraries: imaging,
      unsure: openLibraries,
    })
  }
  if (bottom.distribution !== 'ubuntu')
    return grown(bottom, { programs: 'curl wget openssl tar gzip', libraries: imaging })
  return grown(bottom, {
    programs: 'curl wget gpg fc-cache fc-list locale-gen openssl update-ca-certificates',
    libraries: `${imaging} libssl.so.3 libcrypto.so.3 libcurl.so.4`,
    unsure: openLibraries,
  })
}

/** What the tools bring with them, by release. */
const openLibraries = `libssh2 libnghttp2 libldap liblber libsasl2 libkrb5 libgssapi_krb5 libk5crypto libsqlite3 libreadline libbrotlidec
  libbrotlicommon libncursesw libffi libidn2 libgnutls libuuid libpcre libpcre2-8 libgcrypt libgcc_s libbz2 libz`

/** `21-jre` for `21`, `21-jdk`, `21-jre-alpine` for `21-alpine`: published since 17, and for 8 and 11. */
function jreTag(tag: ImageTag): string | undefined {
  const major = majorOf(tag.version)
  if (major === undefined || says(tag, 'jre') || !(major >= 17 || major === 8 || major === 11)) return undefined
  if (says(tag, 'jdk')) return tag.text.replace(/(?<=\d.*)jdk/, 'jre')
  const [first = '', ...rest] = tag.text.split('-')
  return [first, 'jre', ...rest].join('-')
}

function zuluJre(tag: ImageTag): string | undefined {
  return /^\d+$/.test(tag.text) ? `${tag.text}-jre` : undefined
}

/** github.com/carlossg/docker-maven. */
function maven(tag: ImageTag): ImageFacts {
  const version = javaVersion(tag, /^(?:jdk-?)?(\d+)$/)
  const bottom = says(tag, 'temurin') || !/[a-z]/.test(tag.text) ? temurinBottom(tag) : otherMaven(tag)
  const more = bottom.distribution === 'alpine' ? 'bash curl tar ssh scp ps top free' : 'curl git ssh scp perl'
  return grown(bottom, {
    ...language('java', 'sdk', version),
    programs: `${jdkTools} mvn mvnDebug ${bottom.packageManager === 'dnf' ? 'curl tar gzip which ssh scp find xargs' : more}`,
    unsure: 'ld ar as nm strip objcopy objdump readelf libexpat',
    env: { MAVEN_HOME: '/usr/share/maven' },
  })
}

function otherMaven(tag: ImageTag): ImageFacts {
  const alpineOrDebian = platformOf(tag, amazonLinux(says(tag, 'amazoncorretto') ? '2023' : undefined))
  if (alpineOrDebian.distribution === 'amazon' && !says(tag, 'amazoncorretto')) {
    const { complete: _, distribution: _of, packageManager: _by, ...open } = alpineOrDebian
    return open
  }
  return certified(alpineOrDebian)
}

/** github.com/gradle/docker-gradle: the account `gradle` is there; root is used. */
function gradle(tag: ImageTag): ImageFacts {
  return grown(temurinBottom(tag), {
    ...language('java', 'sdk', javaVersion(tag, /^jdk(\d+)$/)),
    programs: `${jdkTools} gradle curl wget unzip git git-lfs hg svn ${shapeOf(tag) === 'alpine' ? '' : 'ssh scp'}`,
    unsure:
      'make brz python3 python perl bash ld ar as nm strip objcopy objdump readelf ssh scp less libexpat zip which',
    accounts: 'gradle',
    workdir: '/home/gradle',
    env: { GRADLE_HOME: '/opt/gradle', JAVA_HOME: '/opt/java/openjdk' },
  })
}

/** The image that nobody keeps any more: Oracle Linux since 12, Debian before and with a codename. */
function openjdk(tag: ImageTag): ImageFacts {
  const major = majorOf(tag.version)
  const old = major !== undefined && major < 12
  const kind = says(tag, 'jre') ? 'runtime' : 'sdk'
  const slim = says(tag, 'slim')
  const facts = grown(openjdkBottom(tag, slim || old), {
    ...language('java', kind, tag.version),
    ...smaller(openjdkSmaller(tag, old)),
    programs: kind === 'sdk' ? jdkTools : jreTools,
    ...(slim ? { variant: 'slim' } : {}),
  })
  return facts.distribution === 'debian'
    ? grown(facts, {
        hasCertificates: true,
        unsure:
          'bzip2 unzip xz fc-cache openssl libssl libcrypto libexpat libfreetype libfontconfig libpng16 libjpeg liblcms2 ps libharfbuzz libpcre',
      })
    : facts
}

function openjdkBottom(tag: ImageTag, onDebian: boolean): ImageFacts {
  if (tag.platform !== undefined || !onDebian) {
    if (tag.platform?.name !== 'debian') return certified(platformOf(tag, oracleLinux(undefined, 'slim')))
  }
  const release = tag.platform?.release
  return says(tag, 'slim') ? withCertificates(debian(release)) : buildpackDeps('debian', release, 'scm')
}

function openjdkSmaller(tag: ImageTag, old: boolean): string | undefined {
  if (!/^\d+(\.\d+)*(-jdk|-jre)?$/.test(tag.text)) return undefined
  return `${tag.text.replace(/-jdk|-jre/, '')}${old ? '-jre-slim' : '-jdk-slim'}`
}

function corretto(tag: ImageTag): ImageFacts {
  const major = majorOf(tag.version)
  const release = tag.platform?.release
  if (tag.platform?.name === 'alpine') return plain(alpine(release), tag, undefined)
  if (tag.platform?.name === 'debian') return plain(debian(release), tag, undefined)
  // The newest of these stand on Amazon Linux 2023; what was given up before it stands on 2.
  const usual = major !== undefined && (major >= 21 || [8, 11, 17].includes(major)) ? '2023' : undefined
  return plain(amazonLinux(release ?? usual), tag, undefined)
}

/** A build of which only the JDK and the platform are sure. */
function plain(bottom: ImageFacts, tag: ImageTag, smallerTag: string | undefined): ImageFacts {
  const { complete, ...open } = bottom
  const facts = bottom.packageManager === 'apt' ? open : { ...open, ...(complete === undefined ? {} : { complete }) }
  return grown(facts, {
    ...language('java', says(tag, 'jre', 'headless') ? 'runtime' : 'sdk', tag.version),
    ...smaller(smallerTag),
    hasCertificates: true,
    programs: says(tag, 'jre') ? jreTools : jdkTools,
    unsure: `${openLibraries} libfreetype libfontconfig libpng16 libexpat libjpeg liblcms2 libX11 libasound curl tar gzip`,
  })
}
