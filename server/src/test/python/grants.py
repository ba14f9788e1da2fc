"""Gets a user's tokens with the libraries for Python, by every grant that has a user, and prints them as JSON."""
import json
import sys
from urllib.parse import parse_qs, urlsplit

import adal
import msal

given = json.loads(sys.argv[1])
authority = given["authority"] + "/" + given["tenant"]
ca = given["caFile"]
scopes = [given["scope"]]
resource = given["scope"].replace("/.default", "")
user, password, client_id = given["username"], given["password"], given["clientId"]
tokens = {}


def ask(question):
    print("ask " + question, flush=True)
    return sys.stdin.readline().strip()


def token(answer):
    return answer.get("access_token") or json.dumps(answer)


def answered(location):
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def public():
    return msal.PublicClientApplication(client_id, authority=authority, instance_discovery=False, verify=ca)


# its password grant is left out: it looks for the user's realm at port 443, whatever the authority's port is
client = public()
flow = client.initiate_device_flow(scopes)
ask("let-in " + flow["user_code"])
tokens["msalDeviceCode"] = token(client.acquire_token_by_device_flow(flow))
account = client.get_accounts()[0]
tokens["msalRefresh"] = token(client.acquire_token_silent(scopes, account, force_refresh=True))
flow = public().initiate_auth_code_flow(scopes, redirect_uri=given["redirectUri"])
response = answered(ask("come-back " + flow["auth_uri"]))
tokens["msalCode"] = token(public().acquire_token_by_auth_code_flow(flow, response))
service = msal.ConfidentialClientApplication(
    given["serviceId"],
    client_credential=given["serviceSecret"],
    authority=authority,
    instance_discovery=False,
    verify=ca,
)
tokens["msalOnBehalfOf"] = token(service.acquire_token_on_behalf_of(given["assertion"], scopes))

context = adal.AuthenticationContext(authority, validate_authority=False, verify_ssl=ca)
first = context.acquire_token_with_username_password(resource, user, password, client_id)
tokens["adalPassword"] = first["accessToken"]
tokens["adalRefresh"] = context.acquire_token_with_refresh_token(first["refreshToken"], client_id, resource)[
    "accessToken"
]
code = context.acquire_user_code(resource, client_id)
ask("let-in " + code["user_code"])
tokens["adalDeviceCode"] = context.acquire_token_with_device_code(resource, code, client_id)["accessToken"]
tokens["adalCode"] = context.acquire_token_with_authorization_code(
    given["code"], given["redirectUri"], resource, client_id
)["accessToken"]

print(json.dumps(tokens))
