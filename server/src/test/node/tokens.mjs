// Gets tokens with the libraries for Node and prints them as JSON. Arguments: a JSON object.
import { readFileSync } from "node:fs";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";

const given = JSON.parse(process.argv[2]);
const url = new URL(given.authority);
const tokens = {};

const msal = (credential) =>
  new ConfidentialClientApplication({
    auth: {
      clientId: given.clientId,
      authority: `${given.authority}/${given.tenant}`,
      knownAuthorities: [url.host],
      ...credential,
    },
  });

const secret = msal({ clientSecret: given.clientSecret });
tokens.msalSecret = (await secret.acquireTokenByClientCredential({ scopes: [given.scope] })).accessToken;

// one client, two resources within the life of its assertion
const certificate = msal({
  clientCertificate: {
    thumbprintSha256: given.thumbprint,
    privateKey: readFileSync(given.keyFile, "utf8"),
    x5c: readFileSync(given.certificateFile, "utf8"),
  },
});
tokens.msalCertificate = (await certificate.acquireTokenByClientCredential({ scopes: [given.scope] })).accessToken;
tokens.msalCertificateAgain = (
  await certificate.acquireTokenByClientCredential({ scopes: [given.otherScope] })
).accessToken;

try {
  await msal({ clientSecret: "wrong" }).acquireTokenByClientCredential({ scopes: [given.scope] });
} catch (error) {
  tokens.msalRefusal = `${error.errorCode}: ${error.errorMessage}`;
}

const options = { authorityHost: given.authority, disableInstanceDiscovery: true };
const identity = new ClientSecretCredential(given.tenant, given.clientId, given.clientSecret, options);
tokens.identitySecret = (await identity.getToken(given.scope)).token;
const identityCertificate = new ClientCertificateCredential(given.tenant, given.clientId, given.pemFile, options);
tokens.identityCertificate = (await identityCertificate.getToken(given.scope)).token;

console.log(JSON.stringify(tokens));
