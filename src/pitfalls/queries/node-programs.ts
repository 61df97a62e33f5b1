/** Programs of the JavaScript world whose package has another name. */
const packages: Readonly<Record<string, readonly string[]>> = {
  tsc: ['typescript'],
  tsserver: ['typescript'],
  webpack: ['webpack-cli', 'webpack'],
  ng: ['@angular/cli'],
  nest: ['@nestjs/cli'],
  'vue-cli-service': ['@vue/cli-service'],
  ncc: ['@vercel/ncc'],
  nuxi: ['nuxi', 'nuxt'],
  remix: ['@remix-run/dev'],
  'react-router': ['@react-router/dev'],
  'svelte-kit': ['@sveltejs/kit'],
  swc: ['@swc/cli'],
  babel: ['@babel/cli', 'babel-cli'],
  postcss: ['postcss-cli'],
  tailwindcss: ['@tailwindcss/cli', 'tailwindcss'],
  grunt: ['grunt-cli', 'grunt'],
  gulp: ['gulp-cli', 'gulp'],
  ember: ['ember-cli'],
  quasar: ['@quasar/cli', '@quasar/app-vite', '@quasar/app-webpack'],
  docusaurus: ['@docusaurus/core'],
  eleventy: ['@11ty/eleventy'],
  'run-s': ['npm-run-all', 'npm-run-all2'],
  'run-p': ['npm-run-all', 'npm-run-all2'],
  biome: ['@biomejs/biome'],
  'graphql-codegen': ['@graphql-codegen/cli'],
  'openapi-generator-cli': ['@openapitools/openapi-generator-cli'],
  elm: ['elm'],
  pkg: ['pkg', '@yao-pkg/pkg'],
  medusa: ['@medusajs/cli'],
  strapi: ['@strapi/strapi'],
  sapper: ['sapper'],
  lingui: ['@lingui/cli'],
  capacitor: ['@capacitor/cli'],
  tspc: ['ts-patch'],
  playwright: ['@playwright/test', 'playwright'],
}

/** The packages of npm that may bring a program, most likely first; a program nobody knows has the name of its package. */
export function packageOfProgram(program: string): readonly string[] {
  return Object.hasOwn(packages, program) ? (packages[program] ?? []) : [program]
}
