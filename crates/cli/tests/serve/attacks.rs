//! Requests that are not the page's: each is refused, and the page is answered afterwards as before.

use crate::host::{Host, answer};
use serde_json::json;
use std::io::Write;

/// The page is there, and the engine answers.
fn is_well(host: &Host) {
    let Host { name, token, .. } = host;
    let (status, page) = host.get(&format!("/{token}/"), &format!("Host: {name}\r\n"));
    assert_eq!(status, 200);
    assert!(page.contains("<title>attractor"), "{page}");
    let rules = host.ask(&json!({"ask": "rules"}), &[]);
    assert!(
        rules["rules"]
            .as_array()
            .is_some_and(|rules| rules.len() > 10)
    );
}

#[test]
fn the_page_is_given_with_a_strict_policy() {
    let host = Host::start();
    let (token, own) = (&host.token, format!("Host: {}\r\n", host.name));
    assert_eq!(token.len(), 32);
    for (name, kind) in [
        ("", "text/html"),
        ("index.html", "text/html"),
        ("style.css", "text/css"),
        ("engine.js", "text/javascript"),
    ] {
        let (status, page) = host.get(&format!("/{token}/{name}"), &own);
        assert_eq!(status, 200, "{name}");
        let head = page.split("\r\n\r\n").next().expect("a head");
        for line in [
            &format!("Content-Type: {kind}"),
            "Content-Security-Policy: default-src 'none'; script-src 'self';",
            "frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Referrer-Policy: no-referrer",
            "Cache-Control: no-store",
        ] {
            assert!(head.contains(line), "{name}: no {line} in {head}");
        }
        assert!(
            !head.contains("unsafe") && !head.contains("Access-Control"),
            "{head}"
        );
    }
    let (status, page) = host.send(format!("HEAD /{token}/ HTTP/1.1\r\n{own}\r\n").as_bytes());
    assert!(status == 200 && page.ends_with("\r\n\r\n"), "{page}");
    is_well(&host);
    assert_ne!(
        Host::start().token,
        *token,
        "each start has a secret of its own"
    );
}

#[test]
fn other_hosts_origins_and_tokens_are_refused() {
    let host = Host::start();
    let Host { name, token, .. } = &host;
    let page = format!("/{token}/");
    let port = name.split(':').nth(1).expect("a port");
    let wrong = token.replace(|c: char| c.is_ascii_hexdigit(), "0");
    for (path, headers, refused) in [
        (&page, String::new(), 403),
        (&page, format!("Host: evil.example:{port}\r\n"), 403),
        (
            &page,
            format!("Host: localhost.evil.example:{port}\r\n"),
            403,
        ),
        (&page, "Host: 127.0.0.1\r\n".to_owned(), 403),
        (&page, format!("Host: {name}.evil.example\r\n"), 403),
        (
            &page,
            format!("Host: {name}\r\nHost: evil.example\r\n"),
            400,
        ),
        (
            &page,
            format!("Host: {name}\r\nOrigin: http://evil.example\r\n"),
            403,
        ),
        (&page, format!("Host: {name}\r\nOrigin: null\r\n"), 403),
        (
            &page,
            format!("Host: {name}\r\nSec-Fetch-Site: cross-site\r\n"),
            403,
        ),
        (
            &page,
            format!("Host: {name}\r\nSec-Fetch-Site: same-site\r\n"),
            403,
        ),
        (&"/".to_owned(), format!("Host: {name}\r\n"), 404),
        (&"/index.html".to_owned(), format!("Host: {name}\r\n"), 404),
        (&format!("/{token}"), format!("Host: {name}\r\n"), 404),
        (&format!("/{wrong}/"), format!("Host: {name}\r\n"), 404),
        (
            &format!("/{}/", &token[1..]),
            format!("Host: {name}\r\n"),
            404,
        ),
        (&format!("/{token}0/"), format!("Host: {name}\r\n"), 404),
    ] {
        let (status, said) = host.get(path, &headers);
        assert_eq!(status, refused, "{path} {headers}: {said}");
        assert!(
            !said.contains(token.as_str()),
            "the secret is not told: {said}"
        );
    }
    // To send something, a page must say where it comes from.
    let body = "Content-Length: 0\r\n";
    for origin in ["", "Origin: null\r\n", "Origin: https://evil.example\r\n"] {
        let request = format!("POST /{token}/ask HTTP/1.1\r\nHost: {name}\r\n{origin}{body}\r\n");
        let (status, said) = host.send(request.as_bytes());
        assert_eq!(status, 403, "{origin}: {said}");
    }
    is_well(&host);
}

#[test]
fn paths_lead_nowhere_but_to_the_page() {
    let host = Host::start();
    let Host { name, token, .. } = &host;
    for path in [
        "../Cargo.toml",
        "..%2fCargo.toml",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//etc/passwd",
        "/etc/passwd",
        "..\\..\\secret",
        "index.html%00.png",
        "index.html?x",
        "page/../index.html",
        "core.wasm.js",
        "INDEX.HTML",
        ".",
    ] {
        let (status, said) = host.get(&format!("/{token}/{path}"), &format!("Host: {name}\r\n"));
        assert_eq!(status, 404, "{path}: {said}");
    }
    let (status, _) = host.get(&format!("/../{token}/"), &format!("Host: {name}\r\n"));
    assert_eq!(status, 404);
    let whole = format!("http://{name}/{token}/");
    assert_eq!(host.get(&whole, &format!("Host: {name}\r\n")).0, 404);
    is_well(&host);
}

#[test]
fn bodies_and_heads_are_bounded() {
    let host = Host::start();
    let Host { name, token, .. } = &host;
    let from = format!("Host: {name}\r\nOrigin: http://{name}\r\n");
    let to = |headers: &str| format!("POST /{token}/ask HTTP/1.1\r\n{from}{headers}\r\n");
    for (headers, refused) in [
        ("Content-Length: 99999999999\r\n", 413),
        ("Content-Length: 99999999999999999999999999\r\n", 413),
        ("Content-Length: -1\r\n", 400),
        ("Content-Length: +4\r\n", 400),
        ("Content-Length: 4, 4\r\n", 400),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", 400),
        ("Transfer-Encoding: chunked\r\n", 501),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 501),
        ("", 411),
    ] {
        let (status, said) = host.send((to(headers) + "0\r\n\r\n").as_bytes());
        assert_eq!(status, refused, "{headers}: {said}");
    }
    // More than was announced, which another reader might take for a second request.
    let smuggled = host.post(4) + "\0\0\0\0GET / HTTP/1.1\r\n\r\n";
    assert_eq!(host.send(smuggled.as_bytes()).0, 400);
    let long = "x".repeat(100_000);
    assert!([400, 431].contains(&host.get(&format!("/{long}"), "").0));
    assert!([400, 431].contains(&host.get("/", &format!("X: {long}\r\n")).0));
    let many = "X: y\r\n".repeat(200);
    assert_eq!(host.get("/", &many).0, 400);
    assert_eq!(
        host.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
            .0,
        400
    );
    assert_eq!(
        host.send(format!("GET /{token}/ HTTP/1.0\r\n{from}\r\n").as_bytes())
            .0,
        505
    );
    for method in ["PUT", "DELETE", "OPTIONS", "CONNECT"] {
        let request = format!("{method} /{token}/ HTTP/1.1\r\n{from}\r\n");
        assert_eq!(host.send(request.as_bytes()).0, 405, "{method}");
    }
    assert_eq!(
        host.get(&format!("/{token}/ask"), &format!("Host: {name}\r\n"))
            .0,
        405
    );
    is_well(&host);
}

#[test]
fn whoever_is_slow_is_not_waited_for() {
    let host = Host::start();
    let mut silent = host.connect();
    let mut cut = host.connect();
    cut.write_all(b"GET / HT").expect("sent");
    let mut slow = host.connect();
    slow.write_all(host.post(100).as_bytes()).expect("sent");
    slow.write_all(b"a little").expect("sent");
    // Others are served meanwhile.
    is_well(&host);
    for (stream, what) in [
        (&mut slow, "a body"),
        (&mut cut, "a head"),
        (&mut silent, "nothing"),
    ] {
        let (status, said) = answer(stream);
        assert_eq!(status, 408, "{what}: {said}");
    }
    is_well(&host);
}

#[test]
fn requests_that_make_no_sense_are_refused_with_a_sentence() {
    let host = Host::start();
    let huge = usize::MAX;
    for (request, bytes) in [
        (json!({}), &[][..]),
        (json!({"ask": "everything"}), &[]),
        (json!({"ask": "look", "network": 7}), &[1, 1]),
        (
            json!({"ask": "train", "rule": "exact", "count": huge, "height": huge, "width": huge, "seed": 0}),
            &[1],
        ),
        (
            json!({"ask": "train", "rule": "magic", "count": 1, "height": 1, "width": 2, "seed": 0}),
            &[1, 1],
        ),
        (
            json!({"ask": "train", "rule": "exact", "count": 1, "height": 1, "width": 2, "seed": 0}),
            &[1, 7],
        ),
        (json!({"ask": "load", "name": "x.safetensors"}), &[255; 40]),
        (
            json!({"ask": "samples", "set": "digits", "height": 8, "width": 8, "indices": [100]}),
            &[],
        ),
    ] {
        let reply = host.ask(&request, bytes);
        assert!(
            reply["error"]
                .as_str()
                .is_some_and(|error| error.len() > 10),
            "{request}: {reply}"
        );
    }
    for message in [&b""[..], b"\0", b"\xff\xff\xff\xff{}", b"\x02\0\0\0[["] {
        let request = [host.post(message.len()).as_bytes(), message].concat();
        let (status, said) = host.send(&request);
        assert!(status == 200 && said.contains("error"), "{said}");
    }
    is_well(&host);
}
