import { formatPlatform } from '../../oci/index.ts'
import type { Rule } from '../rule.ts'

/** An image that has one platform only is used whatever platform was asked for. */
export const invalidBaseImagePlatform: Rule = {
  name: 'InvalidBaseImagePlatform',
  description: 'Base image platform does not match expected target platform',
  find: ({ images }) =>
    images
      .filter(({ expected, actual }) => expected.os !== actual.os || expected.architecture !== actual.architecture)
      .map(({ written, at, expected, actual }) => {
        const [pulled, wanted] = [JSON.stringify(formatPlatform(actual)), JSON.stringify(formatPlatform(expected))]
        const message = `Base image ${written} was pulled with platform ${pulled}, expected ${wanted} for current build`
        return { at, whole: at, message }
      }),
}
