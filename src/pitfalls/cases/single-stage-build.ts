import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a Go program',
    dockerfile: `FROM golang:1.25
COPY . .
RUN go build -o /a .
CMD ["/a"]
`,
    finds: [3],
    says: 'go',
  },
  {
    title: 'finds a bundle',
    dockerfile: `FROM node:24-slim
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
CMD ["node", "dist/a.js"]
`,
    finds: [5],
    says: 'npm run build',
  },
  {
    title: 'finds Maven, by its wrapper too',
    dockerfile: `FROM eclipse-temurin:21-jdk
COPY . .
RUN ./mvnw -B package
CMD ["java", "-jar", "target/a.jar"]
`,
    finds: [3],
  },
  {
    title: 'finds .NET',
    dockerfile: `FROM mcr.microsoft.com/dotnet/sdk:9.0
COPY . .
RUN dotnet publish -c Release -o /out
CMD ["dotnet", "/out/a.dll"]
`,
    finds: [3],
  },
  {
    title: 'finds tools for packages that are built',
    dockerfile: `FROM python:3.13-slim
RUN apt-get update && apt-get install -y gcc libpq-dev
COPY requirements.txt .
RUN pip install -r requirements.txt
`,
    finds: [2],
    says: 'gcc',
  },
  {
    title: 'finds Rust',
    dockerfile: `FROM rust:1.90
COPY . .
RUN cargo build --release
CMD ["target/release/a"]
`,
    finds: [3],
  },
  {
    title: 'finds a program that is installed from source',
    dockerfile: `FROM golang:1.25
RUN go install github.com/acme/tool@v1.2.3
ENTRYPOINT ["tool"]
`,
    finds: [2],
    says: 'github.com/acme/tool',
  },
  {
    title: 'says nothing about files that are gathered',
    dockerfile: `FROM python:3.13-slim
COPY . .
RUN pip install -r requirements.txt && python manage.py collectstatic --noinput
CMD ["gunicorn"]
`,
  },
  {
    title: 'says nothing about scripts',
    dockerfile: `FROM python:3.13-alpine
COPY app.py /app.py
CMD ["python", "/app.py"]
`,
  },
  {
    title: 'says nothing about packages that need no tools',
    dockerfile: `FROM node:24-slim
COPY package*.json ./
RUN npm ci --omit=dev
COPY src ./src
CMD ["node", "src/a.js"]
`,
  },
  {
    title: 'says nothing about two stages',
    dockerfile: `FROM golang:1.25 AS build
COPY . .
RUN go build -o /a .
FROM scratch
COPY --from=build /a /a
`,
  },
  {
    title: 'says nothing about a compiler that nothing uses',
    dockerfile: `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y tini g++
ENTRYPOINT ["tini", "--"]
`,
  },
  {
    title: 'says nothing about one RUN that cleans up',
    dockerfile: `FROM python:3.13-alpine
COPY requirements.txt .
RUN apk add --no-cache --virtual .b gcc musl-dev && pip install -r requirements.txt && apk del .b
`,
  },
  {
    title: 'says nothing about tools that one RUN uses and removes',
    dockerfile: `FROM debian:trixie-slim
COPY a.c .
RUN apt-get update && apt-get install -y gcc && gcc -o /a a.c && apt-get purge -y gcc && apt-get autoremove -y
CMD ["/a"]
`,
  },
  {
    title: 'says nothing when Deno only fetches',
    dockerfile:
      'FROM denoland/deno:2.1.4\nWORKDIR /app\nCOPY . .\nRUN deno cache main.ts\nUSER deno\nCMD ["run", "main.ts"]\n',
  },
]
