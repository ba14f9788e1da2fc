"""Gets tokens with the libraries for Python and prints them as JSON. Argument: a JSON object."""
import json
import sys

import adal
import msal

given = json.loads(sys.argv[1])
authority = given["authority"] + "/" + given["tenant"]
ca = given["caFile"]
tokens = {}


def application(credential):
    return msal.ConfidentialClientApplication(
        given["clientId"],
        client_credential=credential,
        authority=authority,
        instance_discovery=False,
        verify=ca,
    )


def token(answer):
    return answer.get("access_token") or json.dumps(answer)


tokens["msalSecret"] = token(application(given["clientSecret"]).acquire_token_for_client([given["scope"]]))

with open(given["keyFile"]) as key:
    certificate = application({"private_key": key.read(), "thumbprint": given["sha1"]})
tokens["msalCertificate"] = token(certificate.acquire_token_for_client([given["scope"]]))
tokens["msalCertificateAgain"] = token(certificate.acquire_token_for_client([given["otherScope"]]))

refusal = application("wrong").acquire_token_for_client([given["scope"]])
tokens["msalRefusal"] = refusal["error"] + ": " + refusal["error_description"]

context = adal.AuthenticationContext(authority, validate_authority=False, verify_ssl=ca)
resource = given["scope"].replace("/.default", "")
tokens["adalSecret"] = context.acquire_token_with_client_credentials(
    resource, given["clientId"], given["clientSecret"]
)["accessToken"]
with open(given["keyFile"]) as key:
    tokens["adalCertificate"] = context.acquire_token_with_client_certificate(
        resource, given["clientId"], key.read(), given["sha1"]
    )["accessToken"]

print(json.dumps(tokens))
