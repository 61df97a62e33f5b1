import { alpineCpp } from './alpine.ts'
import { grown } from './image-facts.ts'
import { official } from './image-family.ts'
import { codenamedVersion, majorOf } from './image-tag.ts'
import { bottomOf, language, shapeOf, slimTag, smaller, versionVariable } from './platforms.ts'

/** `node` (github.com/nodejs/docker-node): yarn until 25, corepack until 24; the user `node` is there, root is used. */
export const node = official(['node'], (tag) => {
  const version = tag.version ?? codenamedVersion(tag, 'node')
  const named = version === undefined ? tag : { ...tag, version }
  return grown(
    bottomOf(tag.text.startsWith('lts') && version === undefined ? { ...tag, version: '24' } : named, 'node'),
    {
      ...language('node', 'runtime', version),
      ...smaller(slimTag(tag, 'node')),
      ...tools(version),
      ...(shapeOf(tag) === 'alpine' ? { libraries: alpineCpp } : {}),
      accounts: 'node',
      env: versionVariable('NODE_VERSION', version),
    },
  )
})

function tools(version: string | undefined): { readonly programs: string; readonly unsure: string } {
  const major = majorOf(version)
  if (major === undefined) return { programs: 'node nodejs npm npx', unsure: 'yarn yarnpkg corepack' }
  const yarn = major < 26 ? 'yarn yarnpkg' : ''
  const corepack = major >= 16 && major < 25 ? 'corepack' : ''
  return { programs: `node nodejs npm npx ${yarn} ${corepack}`, unsure: major < 16 ? 'corepack' : '' }
}
