import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'an index with a password',
    dockerfile: 'FROM python:3.13\nRUN pip install --extra-index-url https://ci:hunter2@pypi.example.com/simple app\n',
    finds: [2],
    says: 'a password in a URL',
  },
  {
    title: 'a token in the query of an address',
    dockerfile: `FROM python:3.13
RUN curl -fsSLo /m.bin "https://models.example.com/m.bin?rev=3&access_token=k3jd92kslq02"
RUN python -c "import urllib.request as u; u.urlretrieve('https://models.example.com/m.bin?token=k3jd92kslq02', '/m.bin')"
`,
    finds: [2, 3],
    says: 'in an address',
  },
  {
    title: 'queries without a credential',
    dockerfile: `FROM python:3.13
ARG TOKEN_FILE=/run/secrets/token
RUN curl -fsSLo /a "https://models.example.com/m.bin?rev=3&max_tokens=4096&public_token=k3jd92kslq02"
RUN --mount=type=secret,id=token,required=true curl -fsSLo /b "https://models.example.com/m.bin?token=$(cat /run/secrets/token)"
RUN --mount=type=secret,id=key,env=KEY curl -fsSLo /c "https://models.example.com/m.bin?api_key=\${KEY}&password="
`,
    finds: [],
  },
  {
    title: 'a netrc written of an argument, in a build stage',
    dockerfile: `FROM golang:1.25 AS build
ARG GITHUB_TOKEN
RUN printf 'machine github.com login bot password %s\\n' "$GITHUB_TOKEN" > /root/.netrc
RUN go mod download && rm /root/.netrc

FROM scratch
COPY --from=build /app /app
`,
    finds: [3],
    says: 'the argument `GITHUB_TOKEN` is written to `/root/.netrc`',
  },
  {
    title: 'an .npmrc with echo and tee',
    dockerfile: `FROM node:22
ARG NPM_TOKEN
RUN echo "//registry.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc && npm ci
RUN echo "//registry.example.com/:_authToken=$NPM_TOKEN" | tee -a ~/.npmrc && npm ci
`,
    finds: [3, 4],
  },
  {
    title: 'tools that store what they are told',
    dockerfile: `FROM node:22
ARG TOKEN
RUN npm config set //registry.example.com/:_authToken $TOKEN
RUN git config --global url."https://\${TOKEN}@github.com/".insteadOf "https://github.com/"
RUN git clone https://x:$TOKEN@git.example.com/team/app.git
RUN composer config --global github-oauth.github.com $TOKEN
RUN bundle config set --global gems.example.com ci:$TOKEN
RUN pip config set global.index-url https://ci:$TOKEN@pypi.example.com/simple
RUN echo "$TOKEN" | docker login --username ci --password-stdin registry.example.com
`,
    finds: [3, 4, 5, 6, 7, 8, 9],
  },
  {
    title: 'a secret mount that is copied and kept',
    dockerfile: 'FROM node:22\nRUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /root/.npmrc && npm ci\n',
    finds: [2],
    says: 'the secret `npmrc` is written to `/root/.npmrc`',
  },
  {
    title: 'a secret mount that is printed into a file',
    dockerfile: `FROM python:3.13
RUN --mount=type=secret,id=pip_conf cat /run/secrets/pip_conf > /etc/pip.conf && pip install app
RUN --mount=type=secret,id=token,target=/tmp/token TOKEN="$(cat /tmp/token)" && echo "index-url = https://ci:$TOKEN@r/simple" >> ~/.pip/pip.conf
RUN --mount=type=secret,id=key,env=DEPLOY_KEY mkdir -p /root/.ssh && echo "$DEPLOY_KEY" | base64 -d > /root/.ssh/id_rsa
`,
    finds: [2, 3, 4],
  },
  {
    title: 'a heredoc that a program reads',
    dockerfile: `FROM golang:1.25
ARG GIT_TOKEN
RUN cat > /root/.netrc <<EOF
machine git.example.com login ci password $GIT_TOKEN
EOF
`,
    finds: [3],
  },
  {
    title: 'a heredoc of commands',
    dockerfile: `FROM golang:1.25
RUN --mount=type=secret,id=netrc <<EOF
set -e
cp /run/secrets/netrc ~/.netrc
go mod download
EOF
`,
    finds: [4],
  },
  {
    title: 'literals of several kinds',
    dockerfile: `FROM debian:trixie
RUN curl -u ci:hunter2 https://files.example.com/a -o /a
RUN curl -fsSL -H "Authorization: Bearer 0f3c9d1e7b" https://files.example.com/b -o /b
RUN wget --http-user=ci --http-password=hunter2 https://files.example.com/c
RUN NPM_TOKEN=0f3c9d1e7b npm ci
RUN export DB_PASSWORD=hunter2 && ./migrate
RUN echo "root:hunter2" | chpasswd
RUN mysql -uroot -phunter2 < /dump.sql
RUN sshpass -p hunter2 scp a@b:/c /c
RUN echo "machine github.com login ci password hunter2" > ~/.netrc && go mod download && rm ~/.netrc
RUN git clone https://ghp_0123456789abcdefghijABCDEFGHIJ012345@github.com/a/b
RUN ["mvn", "-Drepo.password=hunter2", "package"]
`,
    finds: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  },
  {
    title: 'a secret mount where the tool looks for it',
    dockerfile: `FROM node:22
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
RUN --mount=type=secret,id=npm_token NPM_TOKEN="$(cat /run/secrets/npm_token)" npm ci
RUN --mount=type=secret,id=token export TOKEN=$(cat /run/secrets/token) && ./fetch --quiet
RUN --mount=type=secret,id=npmrc ln -s /run/secrets/npmrc /root/.npmrc && npm ci
RUN --mount=type=secret,id=token curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://e.example.com/a -o /a
RUN --mount=type=secret,id=conf PIP_CONFIG_FILE=/run/secrets/conf pip install app
RUN --mount=type=ssh git clone git@git.example.com:team/app.git
`,
  },
  {
    title: 'copied, and removed in the same RUN',
    dockerfile: `FROM node:22
ARG TOKEN
RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /root/.npmrc && npm ci && rm /root/.npmrc
RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc .npmrc && npm ci; rm -f .npmrc
RUN --mount=type=secret,id=netrc trap 'rm -f /root/.netrc' EXIT; cp /run/secrets/netrc /root/.netrc; go mod download
RUN echo "//r/:_authToken=$TOKEN" > ~/.npmrc && npm ci && rm -rf ~/.npmrc
RUN npm config set //r/:_authToken $TOKEN && npm ci && npm config delete //r/:_authToken
RUN git config --global url."https://$TOKEN@github.com/".insteadOf "https://github.com/" && go mod download && git config --global --unset-all url."https://$TOKEN@github.com/".insteadOf
RUN git clone https://x:$TOKEN@git.example.com/team/app.git && make -C app install && rm -rf app
`,
  },
  {
    title: 'written where no layer is',
    dockerfile: `FROM node:22
RUN --mount=type=tmpfs,target=/root --mount=type=secret,id=npmrc cp /run/secrets/npmrc /root/.npmrc && npm ci
RUN --mount=type=secret,id=a cat /run/secrets/a > /dev/null
RUN --mount=type=secret,id=a cp /run/secrets/a /dev/shm/a && ./use /dev/shm/a
`,
  },
  {
    title: 'an argument that is used and not written',
    dockerfile: `FROM maven:3.9
ARG REPO_PASSWORD
RUN mvn -Drepo.pass=$REPO_PASSWORD dependency:go-offline
RUN curl -u "ci:$REPO_PASSWORD" https://files.example.com/a -o /a
RUN test -n "$REPO_PASSWORD" || echo "no password" > /tmp/note
RUN echo "\${REPO_PASSWORD:+with a password}" > /tmp/note
`,
  },
  {
    title: 'what looks like a credential',
    dockerfile: `FROM python:3.13
ARG TOKEN_FILE=/run/token
RUN adduser --disabled-password --gecos "" app
RUN useradd --password '*' app
RUN SECRET_KEY=dummy python manage.py collectstatic --noinput
RUN SECRET_KEY_BASE_DUMMY=1 ./bin/rails assets:precompile
RUN keytool -importcert -noprompt -storepass changeit -file ca.crt
RUN curl -fsSL https://keys.example.com/signing.asc -o /usr/share/keyrings/a.asc
RUN echo "$TOKEN_FILE" > /etc/app.conf
RUN git config --global url."https://github.com/".insteadOf "git@github.com:"
RUN psql postgres://app:app@localhost/app -c 'select 1'
RUN echo "password: ask your administrator"
RUN pip install --index-url https://pypi.example.com/simple --trusted-host pypi.example.com app
RUN npm install --registry=https://registry.example.com tokenizer password-strength
RUN ./configure --with-auth --enable-token --secret-backend=vault
`,
  },
  {
    title: 'a stage that nobody builds',
    dockerfile: 'FROM node:22 AS publish\nRUN NPM_TOKEN=0f3c9d1e7b npm publish\n\nFROM node:22-slim\nRUN true\n',
  },
  {
    title: 'a password for psql',
    dockerfile:
      "FROM alpine:3.22\nRUN echo 'db:5432:app:app:0f3c9d1e7b' > /etc/pgpass && chmod 600 /etc/pgpass\nRUN echo 'db:5432:app:app:$PASSWORD' > /etc/pgpass\n",
    finds: [2],
    says: 'the password of a database',
  },
]
