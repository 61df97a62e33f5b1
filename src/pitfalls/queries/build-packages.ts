import type { PackageManager } from '../../shell/index.ts'

/** Packages that are compilers, linkers or build tools, whatever the distribution calls them. */
const tools = new Set(
  (
    'gcc g++ c++ cc cpp clang clang++ llvm lld gfortran build-essential build-base alpine-sdk base-devel make gmake ' +
    'cmake ninja ninja-build ninja-is-really-ninja meson autoconf automake libtool nasm yasm swig bison flex ' +
    'pkg-config pkgconf pkgconfig rustc cargo rustup golang golang-go go maven gradle ant sbt default-jdk ' +
    'default-jdk-headless gcc-c++ binutils-dev patchelf protobuf-compiler ghc cabal stack bazel scons ' +
    'development-tools dpkg-dev debhelper rpm-build crystal nim zig ldc dmd'
  ).split(' '),
)

/** Headers and kits by the form of their names. */
const shapes =
  /^(?:.+-dev|.+-devel|.+-headers|(?:gcc|g\+\+|clang|llvm|golang|go)-?\d[\d.]*(?:-go|-dev)?|openjdk-?\d+(?:-jdk(?:-headless)?)?|java-.*-openjdk-devel|(?:temurin|zulu|corretto)[-\d]+-?jdk|java-\d+-amazon-corretto-devel|dotnet-sdk-[\d.]+|dotnet\d+-sdk|@?development[- ]tools)$/i

/** What has the shape of a name of headers and is none. */
const others = /^(?:openjdk-?\d+-(?:jre|demo|doc)|.*-jre(?:-.*)?|ca-certificates.*|mount-dev|udev|eudev)$/

/** Managers of distributions. */
const systemManagers: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** A package that only a build needs: a compiler, headers, a kit. */
export function isBuildPackage(manager: PackageManager, name: string): boolean {
  if (!systemManagers.has(manager)) return false
  const plain = name.toLowerCase().replace(/:\w+$/, '')
  return tools.has(plain) || (shapes.test(plain) && !others.test(plain))
}
