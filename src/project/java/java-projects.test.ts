import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

const pom = (more: string): string =>
  `<project><groupId>e</groupId><artifactId>svc</artifactId><version>1.2</version>${more}</project>`

describe('a project of Maven', () => {
  test.each([
    [pom(''), undefined, 'svc-1.2.jar'],
    [pom('<properties><java.version>21</java.version></properties>'), '21', 'svc-1.2.jar'],
    [pom('<properties><maven.compiler.source>1.8</maven.compiler.source></properties>'), '8', 'svc-1.2.jar'],
    [
      pom('<properties><v>17</v><maven.compiler.release>${v}</maven.compiler.release></properties>'),
      '17',
      'svc-1.2.jar',
    ],
    [
      pom(
        '<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><release>11</release></configuration></plugin></plugins></build>',
      ),
      '11',
      'svc-1.2.jar',
    ],
    [pom('<packaging>war</packaging><build><finalName>app</finalName></build>'), undefined, 'app.war'],
    [pom('<build><finalName>${project.artifactId}</finalName></build>'), undefined, 'svc.jar'],
    [
      '<project><parent><artifactId>p</artifactId><version>3</version></parent><artifactId>svc</artifactId></project>',
      undefined,
      'svc-3.jar',
    ],
    [pom('<packaging>pom</packaging>'), undefined, undefined],
  ])('%s', (xml, javaVersion, artifact) => {
    const [found] = projectOf({ 'pom.xml': xml, mvnw: '' }).java
    expect([found?.tool, found?.hasWrapper, found?.javaVersion, found?.artifact]).toEqual([
      'maven',
      true,
      javaVersion,
      artifact,
    ])
  })
})

describe('a project of Gradle', () => {
  test.each([
    ['build.gradle', "version = '1.0'\nsourceCompatibility = '17'", '17', 'svc-1.0.jar'],
    ['build.gradle', 'sourceCompatibility = JavaVersion.VERSION_1_8', '8', 'svc.jar'],
    ['build.gradle.kts', 'java { toolchain { languageVersion.set(JavaLanguageVersion.of(21)) } }', '21', 'svc.jar'],
    [
      'build.gradle.kts',
      'kotlin { jvmToolchain(17) }\ntasks.bootJar { archiveFileName.set("app.jar") }',
      '17',
      'app.jar',
    ],
  ])('%s: %s', (path, script, javaVersion, artifact) => {
    const [found] = projectOf({ [path]: script, 'settings.gradle': "rootProject.name = 'svc'" }).java
    expect([found?.tool, found?.hasWrapper, found?.javaVersion, found?.artifact]).toEqual([
      'gradle',
      false,
      javaVersion,
      artifact,
    ])
  })
})
