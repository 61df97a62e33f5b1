/** The version of the package; a test compares it with package.json, which a compiled library cannot reach. */
export const programVersion = '0.1.0'
