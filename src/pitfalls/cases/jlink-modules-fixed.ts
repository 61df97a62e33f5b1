import type { PitfallCase } from './pitfall-case.ts'

const jre = (run: string, before = ''): string =>
  `FROM eclipse-temurin:21-jdk AS jre\nWORKDIR /src\nCOPY . .\n${before}${run}\nFROM debian:trixie-slim\nCOPY --from=jre /jre /jre\nCOPY app.jar /app.jar\nCMD ["/jre/bin/java", "-jar", "/app.jar"]\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'a list in one word',
    dockerfile: jre('RUN jlink --add-modules java.base,java.logging,java.xml --strip-debug --output /jre'),
    finds: [4],
    says: '3 modules',
  },
  {
    title: 'a list behind an equals sign, over several lines',
    dockerfile: jre('RUN "$JAVA_HOME/bin/jlink" \\\n    --add-modules=java.base,java.net.http \\\n    --output /jre'),
    finds: [4],
  },
  {
    title: 'a list in a variable of the file',
    dockerfile: jre('RUN jlink --add-modules $MODULES --output /jre', 'ARG MODULES=java.base,java.sql\n'),
    finds: [5],
  },
  {
    title: 'one module',
    dockerfile: jre('RUN mkdir /opt/x && jlink --no-man-pages --add-modules java.base --output /jre'),
    finds: [4],
    says: '`java.base`',
  },
  {
    title: 'jdeps says it',
    dockerfile: jre(
      'RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps app.jar)" --output /jre',
    ),
  },
  {
    title: 'jdeps checks the list',
    dockerfile: jre(
      'RUN jlink --add-modules java.base,java.sql --output /jre',
      'RUN jdeps --print-module-deps app.jar | grep -qx java.base,java.sql\n',
    ),
  },
  { title: 'a list of a file', dockerfile: jre('RUN jlink --add-modules "$(cat modules.txt)" --output /jre') },
  { title: 'all modules', dockerfile: jre('RUN jlink --add-modules ALL-MODULE-PATH --output /jre') },
  { title: 'all of Java SE', dockerfile: jre('RUN jlink --add-modules java.se --output /jre') },
  {
    title: 'a module of the application, which says what it needs',
    dockerfile: jre('RUN jlink --module-path mods --add-modules com.example.app --output /jre'),
  },
  {
    title: 'a stage that nothing takes from',
    dockerfile: jre('RUN jlink --add-modules java.base --output /jre').replace('COPY --from=jre /jre /jre\n', ''),
  },
]
