// Gets a user's tokens with the libraries for Node, by every grant that has a user, and prints them as JSON.
import { createInterface } from "node:readline";
import { ConfidentialClientApplication, PublicClientApplication } from "@azure/msal-node";
import {
  AuthorizationCodeCredential,
  ClientAssertionCredential,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  UsernamePasswordCredential,
} from "@azure/identity";

const given = JSON.parse(process.argv[2]);
const tokens = {};
const answers = createInterface({ input: process.stdin });

// asks the person, who answers in the order of the questions
const waiting = [];
answers.on("line", (line) => waiting.shift()(line));
const ask = (question) =>
  new Promise((resolve) => {
    waiting.push(resolve);
    console.log(`ask ${question}`);
  });

const authority = `${given.authority}/${given.tenant}`;
const auth = { clientId: given.clientId, authority, knownAuthorities: [new URL(given.authority).host] };
const service = { ...auth, clientId: given.serviceId, clientSecret: given.serviceSecret };
const scopes = [given.scope];
const options = { authorityHost: given.authority, disableInstanceDiscovery: true };

const msal = async () => {
  const client = new PublicClientApplication({ auth });
  const first = await client.acquireTokenByUsernamePassword({
    scopes,
    username: given.username,
    password: given.password,
  });
  tokens.msalPassword = first.accessToken;
  const renewed = await client.acquireTokenSilent({ scopes, account: first.account, forceRefresh: true });
  tokens.msalRefresh = renewed.accessToken;
  const interactive = await new PublicClientApplication({ auth }).acquireTokenInteractive({
    scopes,
    openBrowser: (url) => ask(`open ${url}`),
  });
  tokens.msalInteractive = interactive.accessToken;
  const answer = new URL(await ask(`come-back ${await client.getAuthCodeUrl(proof)}`)).searchParams;
  const redeemed = await client.acquireTokenByCode({ ...proof, code: answer.get("code"), codeVerifier: given.verifier });
  tokens.msalCode = redeemed.accessToken;
  const behalf = await new ConfidentialClientApplication({ auth: service }).acquireTokenOnBehalfOf({
    scopes,
    oboAssertion: given.assertion,
  });
  tokens.msalOnBehalfOf = behalf.accessToken;
};
const proof = {
  scopes,
  redirectUri: given.redirectUri,
  codeChallenge: given.challenge,
  codeChallengeMethod: "S256",
  responseMode: "query",
};

const msalDevice = async () => {
  const found = await new PublicClientApplication({ auth }).acquireTokenByDeviceCode({
    scopes,
    deviceCodeCallback: (code) => ask(`let-in ${code.userCode}`),
  });
  tokens.msalDeviceCode = found.accessToken;
};

const identityDevice = async () => {
  const credential = new DeviceCodeCredential({
    ...options,
    tenantId: given.tenant,
    clientId: given.clientId,
    userPromptCallback: (code) => ask(`let-in ${code.userCode}`),
  });
  tokens.identityDeviceCode = (await credential.getToken(given.scope)).token;
};

const identity = async () => {
  const { tenant, clientId } = given;
  const credentials = {
    identityPassword: new UsernamePasswordCredential(tenant, clientId, given.username, given.password, options),
    identityCode: new AuthorizationCodeCredential(tenant, clientId, given.code, given.redirectUri, options),
    identityOnBehalfOf: new OnBehalfOfCredential({
      ...options,
      tenantId: tenant,
      clientId: given.serviceId,
      clientSecret: given.serviceSecret,
      userAssertionToken: given.assertion,
    }),
    identityFederated: new ClientAssertionCredential(tenant, given.serviceId, async () => given.federated, options),
  };
  for (const [name, credential] of Object.entries(credentials)) {
    tokens[name] = (await credential.getToken(given.scope)).token;
  }
};

await Promise.all([msal(), msalDevice(), identityDevice(), identity()]);
answers.close();
console.log(JSON.stringify(tokens));
