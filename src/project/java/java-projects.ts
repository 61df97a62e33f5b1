import type { JavaProject } from '../project.ts'
import { directoryOf, pathIn, type ProjectFiles } from '../project-files.ts'

const most = 200

/** Every pom.xml, and every directory with a build script of Gradle. */
export function javaProjects(files: ProjectFiles): readonly JavaProject[] {
  const maven = files
    .named('pom.xml')
    .slice(0, most)
    .flatMap(({ path }) => mavenProject(files, path) ?? [])
  const scripts = [...files.named('build.gradle'), ...files.named('build.gradle.kts')]
  const gradle = scripts.slice(0, most).flatMap(({ path }) => gradleProject(files, path) ?? [])
  return [...maven, ...gradle]
}

function mavenProject(files: ProjectFiles, path: string): JavaProject | undefined {
  const xml = files.text(path)?.replace(/<!--[^]*?-->/g, '')
  if (xml === undefined) return undefined
  const directory = directoryOf(path)
  const resolve = (value: string | undefined): string | undefined =>
    value?.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) => property(xml, name) ?? whole)
  const version = ['maven.compiler.release', 'java.version', 'maven.compiler.target', 'maven.compiler.source'].map(
    (name) => property(xml, name),
  )
  const plugin = /<artifactId>maven-compiler-plugin<\/artifactId>[^]*?<\/plugin>/.exec(xml)?.[0] ?? ''
  const javaVersion = resolve(
    [...version, tag(plugin, 'release'), tag(plugin, 'target')].find((each) => each !== undefined),
  )
  return {
    directory,
    tool: 'maven',
    hasWrapper: isFile(files, directory, 'mvnw'),
    ...(javaVersion === undefined || !/^\d/.test(javaVersion) ? {} : { javaVersion: javaVersion.replace(/^1\./, '') }),
    ...artifactOf(resolve(mavenArtifact(xml))),
  }
}

function mavenArtifact(xml: string): string | undefined {
  const packaging = tag(xml, 'packaging') ?? 'jar'
  if (packaging === 'pom') return undefined
  const name = /<build>[^]*?<finalName>\s*([^<\s]+)\s*<\/finalName>/.exec(xml)?.[1]
  if (name !== undefined) return `${name}.${packaging}`
  // What stands in other elements is about other projects.
  const own = xml.replace(
    /<(parent|dependencies|dependencyManagement|build|profiles|plugins|modules|properties)>[^]*?<\/\1>/g,
    '',
  )
  const artifact = tag(own, 'artifactId')
  const version = tag(own, 'version') ?? tag(/<parent>[^]*?<\/parent>/.exec(xml)?.[0] ?? '', 'version')
  return artifact === undefined || version === undefined ? undefined : `${artifact}-${version}.${packaging}`
}

function property(xml: string, name: string): string | undefined {
  if (name === 'project.artifactId' || name === 'project.version') {
    return tag(xml.replace(/<parent>[^]*?<\/parent>/, ''), name.slice('project.'.length))
  }
  return tag(xml, name)
}

function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<${name.replaceAll('.', '\\.')}>\\s*([^<]+?)\\s*</`).exec(xml)?.[1]
}

function gradleProject(files: ProjectFiles, path: string): JavaProject | undefined {
  const script = files.text(path)?.replace(/\/\/[^\n]*|\/\*[^]*?\*\//g, '')
  if (script === undefined) return undefined
  const directory = directoryOf(path)
  const javaVersion = gradleVersion(script)
  return {
    directory,
    tool: 'gradle',
    hasWrapper: isFile(files, directory, 'gradlew') || isFile(files, '', 'gradlew'),
    ...(javaVersion === undefined ? {} : { javaVersion }),
    ...artifactOf(gradleArtifact(files, directory, script)),
  }
}

function gradleVersion(script: string): string | undefined {
  return (
    /JavaLanguageVersion\.of\(\s*["']?(\d+)/.exec(script)?.[1] ??
    /jvmToolchain\(\s*(\d+)/.exec(script)?.[1] ??
    /(?:sourceCompatibility|targetCompatibility|release)(?:\.set\(|\s*=)\s*(?:JavaVersion\.(?:VERSION_|toVersion\(\s*["']?))?["']?(?:1[._])?(\d+)/.exec(
      script,
    )?.[1]
  )
}

/** The jar that can be started: of Spring Boot, where it is used, else the plain one. */
function gradleArtifact(files: ProjectFiles, directory: string, script: string): string | undefined {
  const fixed = /(?:archiveFileName(?:\.set\(|\s*=)|archiveName\s*=)\s*["']([^"'$]+)["']/.exec(script)?.[1]
  if (fixed !== undefined) return fixed
  const settings = ['settings.gradle', 'settings.gradle.kts'].map((name) => files.text(pathIn(directory, name) ?? ''))
  const name =
    /(?:archiveBaseName(?:\.set\(|\s*=)|archivesBaseName\s*=)\s*["']([^"'$]+)["']/.exec(script)?.[1] ??
    /rootProject\.name\s*=\s*["']([^"'$]+)["']/.exec(settings.join('\n'))?.[1]
  const version = /^\s*version\s*=?\s*["']([^"'$]+)["']/m.exec(script)?.[1]
  if (name === undefined) return undefined
  return version === undefined ? `${name}.jar` : `${name}-${version}.jar`
}

function isFile(files: ProjectFiles, directory: string, name: string): boolean {
  return files.file(pathIn(directory, name) ?? '')?.kind === 'file'
}

function artifactOf(artifact: string | undefined): Pick<JavaProject, 'artifact'> {
  return artifact === undefined || artifact.includes('${') ? {} : { artifact }
}
