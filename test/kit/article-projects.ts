type Files = Readonly<Record<string, string>>

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

const below = (directory: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${directory}/${path}`, text]))

const ignoreFile = '.git\n**/node_modules\n**/dist\n**/target\n**/__pycache__\n*.log\n.env\n'

/** A service in TypeScript: what most of the articles build. */
const typescript: Files = {
  'package.json': json({
    name: 'app',
    scripts: { build: 'tsc', test: 'vitest run' },
    dependencies: { express: '^5.1.0' },
    devDependencies: { typescript: '^5.9.0', vitest: '^3.2.0' },
  }),
  'package-lock.json': json({ lockfileVersion: 3, packages: {} }),
  'tsconfig.json': json({ compilerOptions: { outDir: 'dist', rootDir: 'src' } }),
  'src/server.ts': "import express from 'express'\nexpress().listen(3000)\n",
  'public/style.css': 'p {}\n',
}

/** The demonstration of the order: one file of JavaScript, no packages for development. */
const javascript: Files = {
  'package.json': json({ name: 'demo', version: '1.0.0', dependencies: { express: '^5.1.0' } }),
  'package-lock.json': json({ lockfileVersion: 3, packages: {} }),
  'app.js': "console.log('hello')\n",
}

const go: Files = {
  'go.mod': 'module example.com/app\n\ngo 1.21\n\nrequire github.com/gorilla/mux v1.8.1\n',
  'go.sum': 'github.com/gorilla/mux v1.8.1 h1:TuBL49tXwgrFYWhqrNgrUNEY92u81SPhu7sTdzQEiWY=\n',
  'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}

const rust = (name: string): Files => ({
  'Cargo.toml': `[package]\nname = "${name}"\nversion = "0.1.0"\n\n[dependencies]\nserde = "1"\n`,
  'Cargo.lock': 'version = 3\n',
  'src/main.rs': 'fn main() {}\n',
})

const java: Files = {
  'pom.xml':
    '<project><artifactId>app</artifactId><build><finalName>app</finalName></build><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies></project>\n',
  mvnw: '#!/bin/sh\n',
  'src/main/java/App.java': 'class App {}\n',
}

const python: Files = {
  'requirements.txt': 'flask==3.1.2\ngunicorn==23.0.0\npsycopg2==2.9.10\n',
  'setup.py': 'from setuptools import setup\nsetup()\n',
  'gunicorn.conf.py': 'bind = "0.0.0.0:8000"\n',
  'app.py': 'app = 1\n',
  'app/__init__.py': 'app = 1\n',
}

const c: Files = { Makefile: 'install:\n\tcc -o /usr/local/bin/app app.c\n', 'app.c': 'int main() { return 0; }\n' }

const projects: readonly (readonly [ids: string, files: Files])[] = [
  ['D11', { ...typescript, ...below('api', typescript), ...below('worker', typescript) }],
  ['D08 D39', java],
  ['D09', c],
  ['D19 D29 D38', go],
  ['D20 D28 D41 D46', python],
  ['D21 D42', rust('myapp')],
  ['D25', { 'script.py': 'import json\nprint(json.dumps(1))\n' }],
  ['D26', { ...below('backend', go), ...below('frontend', typescript) }],
  ['D27', below('tool-src', rust('mytool'))],
  ['D32 D33 D34', javascript],
  ['D49', { ...below('frontend', typescript), ...below('backend', python) }],
]

/** The files beside a Dockerfile of the catalogue, as its article tells of them, with an ignore file that leaves out the usual. */
export function articleProject(id: string): Files {
  const files = projects.find(([ids]) => ids.split(' ').includes(id))?.[1] ?? typescript
  return { ...files, '.dockerignore': ignoreFile }
}
