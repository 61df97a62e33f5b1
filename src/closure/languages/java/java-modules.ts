/** Packages of modules that a jlink image may lack, as class files write them. */
const packages: readonly (readonly [string, string])[] = [
  ['java/sql/', 'java.sql'],
  ['javax/sql/', 'java.sql'],
  ['javax/naming/', 'java.naming'],
  ['java/util/logging/', 'java.logging'],
  ['javax/xml/parsers/', 'java.xml'],
  ['org/w3c/dom/', 'java.xml'],
  ['org/xml/sax/', 'java.xml'],
  ['java/awt/', 'java.desktop'],
  ['javax/swing/', 'java.desktop'],
  ['javax/imageio/', 'java.desktop'],
  ['java/beans/', 'java.desktop'],
  ['java/lang/management/', 'java.management'],
  ['javax/management/', 'java.management'],
  ['java/net/http/', 'java.net.http'],
  ['java/util/prefs/', 'java.prefs'],
  ['java/rmi/', 'java.rmi'],
  ['javax/script/', 'java.scripting'],
  ['com/sun/net/httpserver/', 'jdk.httpserver'],
]

/** The modules whose classes a class file names in its constants; those the class path has itself do not count. */
export function modulesNamed(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return [...new Set(packages.filter(([name]) => text.includes(name)).map(([, module]) => module))]
}

/** Whether a class file names classes of TLS. */
export function usesTls(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return text.includes('javax/net/ssl/') || text.includes('java/net/http/HttpClient')
}
