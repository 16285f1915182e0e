import FinProfile
import Testing

/// A profile with one mistake, and the whole message it must be refused with.
struct WrongProfile: Sendable, CustomTestStringConvertible {
    var mistake: String
    var text: String
    var message: String
    /// Whether a JSON Schema can see the mistake: not what only the whole, the files or the loader's
    /// finer rules can tell.
    var isVisibleToSchema: Bool

    var testDescription: String { mistake }

    /// Joins the parts; the message begins behind `profile "wrong.yaml"`.
    init(_ mistake: String, _ text: String, _ message: String, seenBySchema: Bool = true) {
        self.mistake = mistake
        self.text = text
        isVisibleToSchema = seenBySchema
        self.message = "profile \"wrong.yaml\" " + message
    }
}

/// The table of mistakes, in the order of a profile's sections.
let wrongProfiles: [WrongProfile] = [
    WrongProfile(
        "an unknown key at the top",
        "nam: x",
        "line 1 column 1: nam is not a known key: did you mean \"name\"?"),
    WrongProfile(
        "an unknown key with no near one",
        "zzz: 1",
        "line 1 column 1: zzz is not a known key (known: extends, name, description, labels, "
            + "target, delivery, webhooks, hitl, conversation, scenarios, connectors, helpdesk, load, "
            + "slo, confidence, longest_pause, abort_when, on_429, transport, generator, safety, "
            + "simulator)"),
    WrongProfile(
        "a scenario of nothing",
        "scenarios:\n  - {name: a, weight: 2}",
        "line 2 column 5: scenarios[0] lacks \"conversation\" or \"operations\": say what "
            + "happens in it", seenBySchema: false),
    WrongProfile(
        "a scenario of two kinds",
        "scenarios:\n  - {name: a, conversation: {}, operations: [ask]}",
        "line 2 column 5: scenarios[0] has both \"conversation\" and \"operations\": give only "
            + "one of them"),
    WrongProfile(
        "a duplicate key",
        "name: a\nload:\n  rate: 5/s\n  rate: 6/s",
        "line 3 column 3: has the key \"rate\" twice in one section: keep one of them",
        seenBySchema: false),
    WrongProfile(
        "an anchor",
        "load: &l\n  rate: 5/s",
        "line 1 column 7: has an anchor (&), which profiles do not use: write the value out "
            + "where it is used",
        seenBySchema: false),
    WrongProfile(
        "an alias without its anchor",
        "load: *l",
        "line 1 column 7: has an alias (*), which profiles do not use: write the value out",
        seenBySchema: false),
    WrongProfile(
        "a merge key",
        "load:\n  <<: {rate: 5/s}",
        "line 2 column 3: has an anchor or merge key, which profiles do not use: write the "
            + "keys out",
        seenBySchema: false),
    WrongProfile(
        "a tag",
        "name: !!int 5",
        "line 1 column 7: has a tag (tag:yaml.org,2002:int), which profiles do not use: "
            + "remove it",
        seenBySchema: false),
    WrongProfile(
        "broken YAML",
        "load: {rate: 5/s",
        "line 2 column 1: is not valid YAML: did not find expected ',' or '}'",
        seenBySchema: false),
    WrongProfile(
        "a tab for indentation",
        "load:\n\trate: 5/s",
        "line 2 column 1: is not valid YAML: found character that cannot start any token",
        seenBySchema: false),
    WrongProfile(
        "two documents",
        "name: a\n---\nname: b",
        "line 2 column 1: has a second document: keep one profile in a file",
        seenBySchema: false),
    WrongProfile(
        "a list for the whole",
        "- name",
        "line 1 column 1: the profile must be a section with keys, not a list"),
    WrongProfile(
        "an empty value",
        "name:",
        "line 1 column 6: name \"\" is empty: give it a value, or leave the key out"),
    WrongProfile(
        "a name that is no file name",
        "name: a/b",
        "line 1 column 7: name \"a/b\" may hold only letters, digits and the characters "
            + "\"._-\""),
    WrongProfile(
        "a name that hides its files",
        "name: .x",
        "line 1 column 7: name \".x\" must begin with a letter or digit: it names files"),
    WrongProfile(
        "a label key with a space",
        "labels: {a b: c}",
        "line 1 column 15: labels.a b \"c\" has a key that may hold only letters, digits "
            + "and \"._-\""),
    WrongProfile(
        "a section that is a value",
        "load: 5",
        "line 1 column 7: load \"5\" must be a section with keys, not a single value"),
    WrongProfile(
        "a value that is a list",
        "name: [a]",
        "line 1 column 7: name must be a single value, not a list"),
    WrongProfile(
        "a rate of zero",
        "load:\n  rate: 0/s\n  duration: 5s",
        "line 2 column 9: load.rate \"0/s\" must be above 0 per second"),
    WrongProfile(
        "a rate without its unit",
        "load:\n  rate: 50\n  duration: 5s",
        "line 2 column 9: load.rate \"50\" has no unit: write \"50/s\" (units: /s, /m, /h)"),
    WrongProfile(
        "a rate with a wrong unit",
        "load:\n  rate: 50/sec\n  duration: 5s",
        "line 2 column 9: load.rate \"50/sec\" has the unknown unit \"/sec\" (units: /s, "
            + "/m, /h)"),
    WrongProfile(
        "a rate beyond all bounds",
        "load:\n  rate: 2000000/s\n  duration: 5s",
        "line 2 column 9: load.rate \"2000000/s\" must be at most 1000000/s",
        seenBySchema: false),
    WrongProfile(
        "a negative rate",
        "load:\n  rate: -5/s\n  duration: 5s",
        "line 2 column 9: load.rate \"-5/s\" must not be negative"),
    WrongProfile(
        "a rate without an end",
        "load: {rate: 5/s}",
        "line 1 column 7: load has a rate without an end: add duration, such as duration: "
            + "2m, or conversations",
        seenBySchema: false),
    WrongProfile(
        "a duration without a rate",
        "load: {duration: 5s}",
        "line 1 column 7: load lacks the key \"rate\": add how many, such as rate: 50/s",
        seenBySchema: false),
    WrongProfile(
        "a duration without its unit",
        "load: {rate: 5/s, duration: 10}",
        "line 1 column 29: load.duration \"10\" has no unit: write \"10s\" (units: ns, us, "
            + "ms, s, m, h)"),
    WrongProfile(
        "a duration of zero",
        "load: {rate: 5/s, duration: 0s}",
        "line 1 column 29: load.duration \"0s\" must be longer than 0s"),
    WrongProfile(
        "a duration of letters",
        "load: {rate: 5/s, duration: soon}",
        "line 1 column 29: load.duration \"soon\" is not a duration: write a number and a "
            + "unit, such as \"1.5s\""),
    WrongProfile(
        "a duration with an octal look",
        "load: {rate: 5/s, duration: 010s}",
        "line 1 column 29: load.duration \"010s\" has a leading zero, which some readers "
            + "take for octal: drop it"),
    WrongProfile(
        "a duration with an unknown unit",
        "load: {rate: 5/s, duration: 10 sec}",
        "line 1 column 29: load.duration \"10 sec\" has the unknown unit \"sec\" (units: "
            + "ns, us, ms, s, m, h)"),
    WrongProfile(
        "stages and a rate",
        "load: {rate: 5/s, stages: [{hold: 5s}]}",
        "line 1 column 7: load has both \"stages\" and \"rate\": give only one of them"),
    WrongProfile(
        "a hold before any rate",
        "load: {stages: [{hold: 5s}]}",
        "line 1 column 24: load.stages[0].hold \"5s\" comes before any rate: begin with "
            + "ramp_to or step_to",
        seenBySchema: false),
    WrongProfile(
        "a step without a hold",
        "load: {stages: [{step_to: 5/s}]}",
        "line 1 column 27: load.stages[0].step_to \"5/s\" has no length: add hold, such as "
            + "{step_to: 80/s, hold: 2m}",
        seenBySchema: false),
    WrongProfile(
        "a step behind a step",
        "load: {stages: [{step_to: 5/s}, {step_to: 6/s, hold: 1s}]}",
        "line 1 column 27: load.stages[0].step_to \"5/s\" has no length: add hold, such as "
            + "{step_to: 80/s, hold: 2m}",
        seenBySchema: false),
    WrongProfile(
        "a stage of mixed words",
        "load: {stages: [{ramp_to: 5/s, for: 1s}]}",
        "line 1 column 17: load.stages[0] must be one of: {ramp_to: 50/s, over: 30s}, "
            + "{hold: 2m}, {step_to: 80/s, hold: 2m}, {spike_to: 200/s, for: 10s}"),
    WrongProfile(
        "stages that never rise",
        "load: {stages: [{ramp_to: 0/s, over: 5s}]}",
        "line 1 column 16: load.stages has no rate above 0 per second",
        seenBySchema: false),
    WrongProfile(
        "an empty list of stages",
        "load: {stages: []}",
        "line 1 column 16: load.stages is an empty list: give stages, or leave the key out"),
    WrongProfile(
        "a warm-up as long as the load",
        "load: {rate: 5/s, duration: 10s, warmup: 10s}",
        "line 1 column 42: load.warmup \"10s\" must be shorter than the load, which lasts "
            + "10s",
        seenBySchema: false),
    WrongProfile(
        "a closed load with arrivals",
        "load: {concurrency: 5, duration: 5s, arrivals: poisson}",
        "line 1 column 7: load has both \"concurrency\" and \"arrivals\": give only one of "
            + "them"),
    WrongProfile(
        "a closed load without an end",
        "load: {concurrency: 5}",
        "line 1 column 7: load lacks the key \"duration\": add how long, such as duration: "
            + "2m",
        seenBySchema: false),
    WrongProfile(
        "a ramp longer than its load",
        "load: {concurrency: 5, duration: 5s, ramp: 6s}",
        "line 1 column 44: load.ramp \"6s\" must not be longer than the duration",
        seenBySchema: false),
    WrongProfile(
        "a ramp of an open load",
        "load: {rate: 5/s, duration: 5s, ramp: 1s}",
        "line 1 column 7: load has \"ramp\" without \"concurrency\": write {ramp_to: …, "
            + "over: …}"),
    WrongProfile(
        "arrivals of an unknown kind",
        "load: {rate: 5/s, duration: 5s, arrivals: poison}",
        "line 1 column 43: load.arrivals \"poison\" is not known here: did you mean "
            + "\"poisson\"?"),
    WrongProfile(
        "a seed that is no number",
        "load: {rate: 5/s, duration: 5s, seed: 0x1F}",
        "line 1 column 39: load.seed \"0x1F\" must be a whole number from 0 to "
            + "18446744073709551615",
        seenBySchema: false),
    WrongProfile(
        "no room in flight",
        "load: {rate: 5/s, duration: 5s, max_in_flight: 0}",
        "line 1 column 48: load.max_in_flight \"0\" must be at least 1"),
    WrongProfile(
        "a fraction of a conversation",
        "load: {rate: 5/s, conversations: 1.5}",
        "line 1 column 34: load.conversations \"1.5\" must be a whole number"),
    WrongProfile(
        "a count without a rate",
        "load: {conversations: 5}",
        "line 1 column 7: load says no rate: add rate and duration, stages, or concurrency",
        seenBySchema: false),
    WrongProfile(
        "a trace that is not there",
        "load: {arrivals: {trace: none.csv}}",
        "line 1 column 26: load.arrivals.trace \"none.csv\" cannot be read as UTF-8 text "
            + "(looked for \"none.csv\")",
        seenBySchema: false),
    WrongProfile(
        "a region that is none",
        "target: {region: uk}",
        "line 1 column 18: target.region \"uk\" must be one of: us, eu, au"),
    WrongProfile(
        "a region beside an address",
        "target: {url: http://a, region: eu}",
        "line 1 column 9: target has both \"url\" and \"region\": give only one of them"),
    WrongProfile(
        "a target without an address",
        "target: {api_key_env: K}",
        "line 1 column 9: target has \"api_key_env\" but no address: add url or region",
        seenBySchema: false),
    WrongProfile(
        "an address without a scheme",
        "target: {url: api.intercom.io}",
        "line 1 column 15: target.url \"api.intercom.io\" is not an address: write scheme "
            + "and host, such as \"http://127.0.0.1:8080\""),
    WrongProfile(
        "a password in the address",
        "target: {url: 'https://me:pw@host'}",
        "line 1 column 15: target.url holds a user name or password: take it out, profiles "
            + "hold no secrets"),
    WrongProfile(
        "a query in the address",
        "target: {url: 'https://host/a?b=c'}",
        "line 1 column 15: target.url has a query or fragment: "
            + "remove what follows the path"),
    WrongProfile(
        "a version too old",
        "target: {version: 2.13}",
        "line 1 column 19: target.version \"2.13\" is not a version of the Fin Agent API "
            + "(known: 2.14, 2.15, 2.16, 2.17, Preview, Unstable)"),
    WrongProfile(
        "a key in the place of its name",
        "target: {url: http://a, api_key_env: 9dG-x}",
        "line 1 column 38: target.api_key_env is not the name of an environment variable (A "
            + "to Z, 0 to 9 and _): write the name, such as \"FIN_API_KEY\", never the secret itself"
    ),
    WrongProfile(
        "a key that could be a variable of small letters",
        "target: {url: http://a, headers_env: {X-A: sk_live_9a}}",
        "line 1 column 44: target.headers_env.X-A is not the name of an environment variable (A "
            + "to Z, 0 to 9 and _): write the name, such as \"FIN_API_KEY\", never the secret itself"
    ),
    WrongProfile(
        "a header that holds the key",
        "target: {url: http://a, headers: {Authorization: Bearer x}}",
        "line 1 column 50: target.headers.Authorization is made from the API key: use "
            + "api_key_env or api_key_file"),
    WrongProfile(
        "a header of our own",
        "target: {url: http://a, headers: {Host: x}}",
        "line 1 column 41: target.headers.Host is set by finbench itself: remove it"),
    WrongProfile(
        "a header twice",
        "target: {url: http://a, headers: {X-A: b}, headers_env: {x-a: B}}",
        "line 1 column 63: target.headers_env.x-a is given twice: keep one of them",
        seenBySchema: false),
    WrongProfile(
        "a flag that YAML 1.1 would take",
        "target: {url: http://a, metered: yes}",
        "line 1 column 34: target.metered \"yes\" must be true or false",
        seenBySchema: false),
    WrongProfile(
        "webhooks",
        "delivery: [webhook, webhook]",
        "line 1 column 21: delivery[1] \"webhook\" stands twice in the list",
        seenBySchema: false),
    WrongProfile(
        "webhooks of a target without their secret",
        "target: {url: http://a}\ndelivery: [webhook]",
        "line 2 column 11: delivery needs the signing secret of the target: add secret_env to "
            + "webhooks, the name of an environment variable",
        seenBySchema: false),
    WrongProfile(
        "a receiver without a port",
        "delivery: [webhook]\nwebhooks: {listen: localhost}",
        "line 2 column 20: webhooks.listen \"localhost\" must be an address and a port, such as "
            + "127.0.0.1:8099 (0 takes a free one)"),
    WrongProfile(
        "a path that is none",
        "delivery: [webhook]\nwebhooks: {path: fin}",
        "line 2 column 18: webhooks.path \"fin\" must be the path of a URL, such as /fin"),
    WrongProfile(
        "a secret in the place of its name",
        "delivery: [webhook]\nwebhooks: {secret_env: s3cr3t}",
        "line 2 column 24: webhooks.secret_env is not the name of an environment variable (A to "
            + "Z, 0 to 9 and _): write the name, such as \"FIN_API_KEY\", never the secret itself"),
    WrongProfile(
        "webhooks sent elsewhere than to their run",
        "delivery: [sse, webhook]\nsimulator: {webhooks: {url: 'http://127.0.0.1:1/'}}",
        "line 2 column 23: simulator.webhooks has a url, but this run's own receiver takes them: "
            + "remove it",
        seenBySchema: false),
    WrongProfile(
        "webhooks that nobody takes",
        "simulator: {webhooks: {delay: 1ms}}",
        "line 1 column 23: simulator.webhooks go nowhere: add a url and secret_env, or webhook to "
            + "delivery",
        seenBySchema: false),
    WrongProfile(
        "webhooks that nobody signs",
        "simulator: {webhooks: {url: 'http://127.0.0.1:1/'}}",
        "line 1 column 23: simulator.webhooks has a url and no signing secret: add secret_env, the "
            + "name of an environment variable",
        seenBySchema: false),
    WrongProfile(
        "topics that nobody takes",
        "simulator: {topic_webhooks: {delay: 1ms}}",
        "line 1 column 29: simulator.topic_webhooks go nowhere: add a url and secret_env, or hitl "
            + "to the profile",
        seenBySchema: false),
    WrongProfile(
        "questions that nobody hears",
        "simulator: {hitl: {share: 20%}}",
        "line 1 column 19: simulator.hitl asks humans, and nobody hears of it: add hitl to the "
            + "profile, or topic_webhooks with a url and secret_env to simulator",
        seenBySchema: false),
    WrongProfile(
        "an objective that webhooks cannot tell",
        "delivery: [webhook]\nslo: [ttft p95 < 2s]",
        "line 2 column 6: slo has \"ttft p95 < 2s\", which can never be decided: ttft needs sse in "
            + "delivery",
        seenBySchema: false),
    WrongProfile(
        "an id without a number",
        "conversation: {id: 'fb-{run}'}",
        "line 1 column 20: conversation.id \"fb-{run}\" must hold {run} and {n}, or ids "
            + "repeat: write \"fb-{run}-{n}\""),
    WrongProfile(
        "an id with an unknown place",
        "conversation: {id: 'fb-{run}-{n}-{x}'}",
        "line 1 column 20: conversation.id \"fb-{run}-{n}-{x}\" may have only {run} and {n} "
            + "in braces"),
    WrongProfile(
        "no turn at all",
        "conversation: {turns: 0}",
        "line 1 column 23: conversation.turns \"0\" must not be below 1"),
    WrongProfile(
        "half a turn",
        "conversation: {turns: 1.5}",
        "line 1 column 23: conversation.turns \"1.5\" may have whole numbers only"),
    WrongProfile(
        "turns upside down",
        "conversation: {turns: {uniform: [3, 1]}}",
        "line 1 column 37: conversation.turns.uniform[1] \"1\" must not be below the lowest "
            + "value",
        seenBySchema: false),
    WrongProfile(
        "a log-normal upside down",
        "conversation: {think_time: {lognormal: {median: 4s, p95: 4s}}}",
        "line 1 column 58: conversation.think_time.lognormal.p95 \"4s\" must be above the "
            + "median",
        seenBySchema: false),
    WrongProfile(
        "a log-normal without a median",
        "conversation: {think_time: {lognormal: {p95: 4s}}}",
        "line 1 column 40: conversation.think_time.lognormal lacks the key \"median\": add "
            + "the 50th percentile"),
    WrongProfile(
        "a log-normal of zero",
        "conversation: {think_time: {lognormal: {median: 0s, p95: 4s}}}",
        "line 1 column 49: conversation.think_time.lognormal.median \"0s\" must be above 0: "
            + "a log-normal has no zero",
        seenBySchema: false),
    WrongProfile(
        "a distribution of two kinds",
        "conversation: {think_time: {uniform: [1s, 2s], recorded: a}}",
        "line 1 column 28: conversation.think_time must have exactly one of: uniform, "
            + "lognormal, recorded"),
    WrongProfile(
        "a distribution misspelt",
        "conversation: {think_time: {lognorm: {median: 1s, p95: 4s}}}",
        "line 1 column 29: conversation.think_time.lognorm is not a known key: did you mean "
            + "\"lognormal\"?"),
    WrongProfile(
        "a uniform of one value",
        "conversation: {think_time: {uniform: [1s]}}",
        "line 1 column 38: conversation.think_time.uniform must have two values, the lowest "
            + "and the highest"),
    WrongProfile(
        "no messages",
        "conversation: {messages: []}",
        "line 1 column 26: conversation.messages is an empty list: give texts or questions, "
            + "or leave the key out"),
    WrongProfile(
        "a blank message",
        "conversation: {messages: ['  ']}",
        "line 1 column 27: conversation.messages[0] is an empty message: write a text",
        seenBySchema: false),
    WrongProfile(
        "a messages file that is not there",
        "conversation: {messages: {file: none.jsonl}}",
        "line 1 column 33: conversation.messages.file \"none.jsonl\" cannot be read as "
            + "UTF-8 text (looked for \"none.jsonl\")",
        seenBySchema: false),
    WrongProfile(
        "a question without turns",
        "conversation: {messages: [{question: a}]}",
        "line 1 column 27: conversation.messages[0] lacks the key \"turns\": add a list of "
            + "texts"),
    WrongProfile(
        "an e-mail for everyone",
        "conversation: {user_pool: {email: a@example.test}}",
        "line 1 column 35: conversation.user_pool.email must be an "
            + "address that holds {n}, in a domain nobody owns: write \"load-{n}@example.test\""),
    WrongProfile(
        "a turn longer than its token",
        "conversation: {timeouts: {turn: 181s}}",
        "line 1 column 33: conversation.timeouts.turn \"181s\" must be at most 180s: a "
            + "stream's token lives no longer",
        seenBySchema: false),
    WrongProfile(
        "a timeout of nothing",
        "conversation: {timeouts: {idle: 0s}}",
        "line 1 column 33: conversation.timeouts.idle \"0s\" must be longer than 0s"),
    WrongProfile(
        "an objective of an unknown metric",
        "slo: [ttfb p95 < 2s]",
        "line 1 column 7: slo[0] \"ttfb p95 < 2s\" has the unknown metric \"ttfb\": did you "
            + "mean \"ttft\"?"),
    WrongProfile(
        "an objective without a percentile",
        "slo: [ttft < 2s]",
        "line 1 column 7: slo[0] \"ttft < 2s\" has no percentile: write \"ttft p95 < 2s\""),
    WrongProfile(
        "an objective of the slowest",
        "slo: [ttft p100 < 2s]",
        "line 1 column 7: slo[0] \"ttft p100 < 2s\" has \"p100\" for a percentile: write "
            + "p50, p95, p99.9, below p100"),
    WrongProfile(
        "an objective without its unit",
        "slo: [ttft p95 < 2]",
        "line 1 column 7: slo[0] \"ttft p95 < 2\" has a limit \"2\" that has no unit: write "
            + "\"2s\" (units: ns, us, ms, s, m, h)"),
    WrongProfile(
        "an objective the wrong way round",
        "slo: [ttft p95 > 2s]",
        "line 1 column 7: slo[0] \"ttft p95 > 2s\" must have one \"<\": write \"ttft p95 < "
            + "2s\""),
    WrongProfile(
        "an objective of a percentile of a share",
        "slo: [error_rate p95 < 1%]",
        "line 1 column 7: slo[0] \"error_rate p95 < 1%\" has the percentile \"p95\": "
            + "error_rate is a share, drop it"),
    WrongProfile(
        "an objective of a time for a share",
        "slo: [error_rate < 1s]",
        "line 1 column 7: slo[0] \"error_rate < 1s\" has a limit \"1s\" that has the "
            + "unknown unit \"s\" (units: %)"),
    WrongProfile(
        "an objective of turn 3",
        "slo: ['ttft{turn=3} p95 < 1s']",
        "line 1 column 7: slo[0] \"ttft{turn=3} p95 < 1s\" selects turn \"3\": write turn=1 "
            + "or turn=2+"),
    WrongProfile(
        "an objective no turn can decide",
        "slo: ['ttft{turn=2+} p95 < 1s']",
        "line 1 column 7: slo[0] \"ttft{turn=2+} p95 < 1s\" can never be decided: every "
            + "conversation has one turn",
        seenBySchema: false),
    WrongProfile(
        "an objective of another scenario",
        "slo: ['ttft{scenario=x} p95 < 1s']",
        "line 1 column 7: slo[0] \"ttft{scenario=x} p95 < 1s\" names a scenario that the "
            + "profile does not have: it has only \"conversation\"",
        seenBySchema: false),
    WrongProfile(
        "an objective of another word",
        "slo: ['ttft{phase=main} p95 < 1s']",
        "line 1 column 7: slo[0] \"ttft{phase=main} p95 < 1s\" selects by \"phase\": only "
            + "turn, scenario and operation can be selected"),
    WrongProfile(
        "an objective twice",
        "slo: [ttft p95 < 2s, ttft p95 < 2s]",
        "line 1 column 22: slo[1] \"ttft p95 < 2s\" stands twice in the list",
        seenBySchema: false),
    WrongProfile(
        "full confidence",
        "confidence: 100%",
        "line 1 column 13: confidence \"100%\" must be at least 50% and below 100%",
        seenBySchema: false),
    WrongProfile(
        "a share of nothing",
        "generator: {max_share: 0%}",
        "line 1 column 24: generator.max_share \"0%\" must be above 0%"),
    WrongProfile(
        "an endless spin",
        "generator: {spin: 2s}",
        "line 1 column 19: generator.spin \"2s\" must be at most 1s",
        seenBySchema: false),
    WrongProfile(
        "no conversation allowed",
        "safety: {max_conversations: 0}",
        "line 1 column 29: safety.max_conversations \"0\" must be at least 1"),
    WrongProfile(
        "faults beyond all turns",
        "simulator: {faults: {cut: 60%, stall: 50%}}",
        "line 1 column 21: simulator.faults add up to 110%: a turn has only one of them, so "
            + "at most 100%",
        seenBySchema: false),
    WrongProfile(
        "an unknown fault",
        "simulator: {faults: {http_501: 1%}}",
        "line 1 column 22: simulator.faults.http_501 is not a known key: did you mean "
            + "\"http_500\"?"),
    WrongProfile(
        "outcomes beyond all turns",
        "simulator: {outcomes: {resolved: 90%, escalated: 20%}}",
        "line 1 column 23: simulator.outcomes add up to 110%: a turn has only one of them, "
            + "so at most 100%",
        seenBySchema: false),
    WrongProfile(
        "a percentage above all",
        "simulator: {faults: {cut: 101%}}",
        "line 1 column 27: simulator.faults.cut \"101%\" must be at most 100%"),
    WrongProfile(
        "a share without its sign",
        "simulator: {faults: {cut: 0.01}}",
        "line 1 column 27: simulator.faults.cut \"0.01\" has no unit: write a number and a "
            + "percent sign, such as \"1%\""),
    WrongProfile(
        "a size without its unit",
        "simulator: {chunks: {growth: 12}}",
        "line 1 column 30: simulator.chunks.growth \"12\" has no unit: write \"12 B\" "
            + "(units: B, kB, MB, KiB, MiB)"),
    WrongProfile(
        "a rate limit per minute",
        "simulator: {rate_limit: 1000/m}",
        "line 1 column 25: simulator.rate_limit \"1000/m\" must be calls per window of 10 "
            + "s, such as \"1000/10s\""),
    WrongProfile(
        "a freeze without a length",
        "simulator: {freeze: {at: 5s}}",
        "line 1 column 21: simulator.freeze lacks the key \"for\": add how long it lasts, "
            + "such as for: 5s"),
    WrongProfile(
        "freezes that overlap",
        "simulator: {freeze: [{at: 5s, for: 5s}, {at: 9s, for: 1s}]}",
        "line 1 column 41: simulator.freeze[1] begins before the freeze above it has ended",
        seenBySchema: false),
    WrongProfile(
        "a framing of no kind",
        "simulator: {framing: raw}",
        "line 1 column 22: simulator.framing \"raw\" must be one of: plain, named, "
            + "enveloped"),
    WrongProfile(
        "a bell in a text",
        "description: \"a\\ab\"",
        "line 1 column 14: description \"a b\" holds a control character: remove it",
        seenBySchema: false),
    WrongProfile(
        "a key without a section",
        "target:\n  # url: http://127.0.0.1",
        "line 1 column 8: target is empty: give it keys, or leave the key out"),
    WrongProfile(
        "a number with an exponent",
        "load: {rate: 1e3/s, duration: 5s}",
        "line 1 column 14: load.rate \"1e3/s\" has the unknown unit \"e3/s\" (units: /s, "
            + "/m, /h)"),
    WrongProfile(
        "a selector without a value",
        "slo: ['ttft{turn} p95 < 2s']",
        "line 1 column 7: slo[0] \"ttft{turn} p95 < 2s\" has a selector that is not "
            + "key=value: write \"{turn=1}\""),
    WrongProfile(
        "an objective without an end to its selectors",
        "slo: ['ttft{turn=1 p95 < 2s']",
        "line 1 column 7: slo[0] \"ttft{turn=1 p95 < 2s\" has a \"{\" without \"}\": write "
            + "\"ttft{turn=1} p95 < 2s\""),
    WrongProfile(
        "a load that would take years",
        "load: {rate: 1/h, conversations: 10000}",
        "line 1 column 14: load.rate \"1/h\" would take longer than a year",
        seenBySchema: false),
    WrongProfile(
        "a port that is none",
        "target: {url: 'http://a:99999'}",
        "line 1 column 15: target.url \"http://a:99999\" is not an address: write scheme "
            + "and host, such as \"http://127.0.0.1:8080\"",
        seenBySchema: false),
    WrongProfile(
        "an attribute too many",
        "conversation: {attributes: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1}}",
        "line 1 column 28: conversation.attributes has 11 keys: the Fin API takes at most "
            + "10"),
    WrongProfile(
        "a very long name",
        "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "line 1 column 7: name "
            + "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" must be at most "
            + "64 characters long"),
    WrongProfile(
        "a cost without its currency",
        "safety: {max_cost: 50}",
        "line 1 column 20: safety.max_cost \"50\" has no unit: write \"50 USD\" (units: USD)"),
    WrongProfile(
        "a cost in another currency",
        "safety: {max_cost: 50 EUR}",
        "line 1 column 20: safety.max_cost \"50 EUR\" has the unknown unit \"EUR\" (units: USD)"),
    WrongProfile(
        "a cost with its sign before it",
        "safety: {max_cost: $50}",
        "line 1 column 20: safety.max_cost \"$50\" is not a sum of money: write a number and a "
            + "currency, such as \"50 USD\""),
    WrongProfile(
        "no cost at all",
        "safety: {max_cost: 0 USD}",
        "line 1 column 20: safety.max_cost \"0 USD\" must be above 0 USD: for a copy that bills "
            + "nobody write metered: false in target"),
    WrongProfile(
        "a price of nothing",
        "safety: {price_per_outcome: 0 USD}",
        "line 1 column 29: safety.price_per_outcome \"0 USD\" must be above 0 USD: for a copy "
            + "that bills nobody write metered: false in target"),
    WrongProfile(
        "a negative number of escalations",
        "safety: {max_escalations: -1}",
        "line 1 column 27: safety.max_escalations \"-1\" must not be negative"),
    WrongProfile(
        "half an escalation",
        "safety: {max_escalations: 0.5}",
        "line 1 column 27: safety.max_escalations \"0.5\" must be a whole number"),
    WrongProfile(
        "a floor without its sign",
        "safety: {rate_limit_floor: 0.5}",
        "line 1 column 28: safety.rate_limit_floor \"0.5\" has no unit: write a number and a "
            + "percent sign, such as \"1%\""),
    WrongProfile(
        "a floor of everything",
        "safety: {rate_limit_floor: 100%}",
        "line 1 column 28: safety.rate_limit_floor \"100%\" must be below 100%, or no request "
            + "could be sent", seenBySchema: false),
    WrongProfile(
        "a floor of nothing",
        "safety: {rate_limit_floor: 0%}",
        "line 1 column 28: safety.rate_limit_floor \"0%\" must be above 0%"),
    WrongProfile(
        "no conversation for a user",
        "safety: {max_per_user: 0}",
        "line 1 column 24: safety.max_per_user \"0\" must be at least 1"),
    WrongProfile(
        "a limit misspelt",
        "safety: {max_costs: 5 USD}",
        "line 1 column 10: safety.max_costs is not a known key: did you mean \"max_cost\"?"),
    WrongProfile(
        "another answer to a 429",
        "on_429: retry",
        "line 1 column 9: on_429 \"retry\" must be one of: count, wait"),
    WrongProfile(
        "a stop rule that is no list",
        "abort_when: error_rate > 20% over 30s",
        "line 1 column 13: abort_when \"error_rate > 20% over 30s\" must be a list of rules, such "
            + "as \"error_rate > 20% over 30s\", not a single value"),
    WrongProfile(
        "a stop rule the wrong way round",
        "abort_when: [error_rate < 20% over 30s]",
        "line 1 column 14: abort_when[0] \"error_rate < 20% over 30s\" must have one \">\": write "
            + "\"error_rate > 20% over 30s\""),
    WrongProfile(
        "a stop rule without a window",
        "abort_when: [error_rate > 20%]",
        "line 1 column 14: abort_when[0] \"error_rate > 20%\" does not say over which time: write "
            + "\"error_rate > 20% over 30s\""),
    WrongProfile(
        "a stop rule with an endless window",
        "abort_when: [error_rate > 20% over 1h]",
        "line 1 column 14: abort_when[0] \"error_rate > 20% over 1h\" has a window \"1h\": it must "
            + "be from 1s to 10m", seenBySchema: false),
    WrongProfile(
        "a stop rule with a window without its unit",
        "abort_when: [error_rate > 20% over 30]",
        "line 1 column 14: abort_when[0] \"error_rate > 20% over 30\" has a window \"30\" that has "
            + "no unit: write \"30s\" (units: ns, us, ms, s, m, h)"),
    WrongProfile(
        "a stop rule of a share without its sign",
        "abort_when: [error_rate > 0.2 over 30s]",
        "line 1 column 14: abort_when[0] \"error_rate > 0.2 over 30s\" has a limit \"0.2\" that "
            + "has no unit: write a number and a percent sign, such as \"1%\""),
    WrongProfile(
        "a stop rule without a percentile",
        "abort_when: [ttft > 10s over 30s]",
        "line 1 column 14: abort_when[0] \"ttft > 10s over 30s\" has no percentile: write \"ttft "
            + "p95 > 10s over 30s\""),
    WrongProfile(
        "a stop rule of an unknown metric",
        "abort_when: [tft p95 > 10s over 30s]",
        "line 1 column 14: abort_when[0] \"tft p95 > 10s over 30s\" has the unknown metric "
            + "\"tft\": did you mean \"ttft\"?"),
    WrongProfile(
        "a stop rule of what no turn has once",
        "abort_when: [chunk_gap p95 > 1s over 30s]",
        "line 1 column 14: abort_when[0] \"chunk_gap p95 > 1s over 30s\" looks at \"chunk_gap\", "
            + "of which a turn has not one value: use ttft, first_reply, turn_time or another part "
            + "of a turn"),
    WrongProfile(
        "a stop rule of some turns",
        "abort_when: ['ttft{turn=1} p95 > 1s over 30s']",
        "line 1 column 14: abort_when[0] \"ttft{turn=1} p95 > 1s over 30s\" selects turns: a stop "
            + "rule looks at all of them"),
    WrongProfile(
        "a stop rule twice",
        "abort_when: [error_rate > 20% over 30s, error_rate > 20% over 30s]",
        "line 1 column 41: abort_when[1] \"error_rate > 20% over 30s\" stands twice in the list",
        seenBySchema: false),
    WrongProfile(
        "a base that is not there",
        "extends: none.yaml",
        "line 1 column 10: extends \"none.yaml\" is neither a readable file (looked for "
            + "\"none.yaml\") nor a shipped profile (shipped: \(shippedNames))", seenBySchema: false
    ),
    WrongProfile(
        "a shipped base misspelt",
        "name: a\nextends: rolout",
        "line 2 column 10: extends \"rolout\" is neither a readable file (looked for \"rolout\") "
            + "nor a shipped profile: did you mean \"rollout\"?", seenBySchema: false),
    WrongProfile(
        "a list of bases",
        "extends: [smoke, rollout]",
        "line 1 column 10: extends must be a single value, not a list"),
]

/// The names of the shipped profiles, as messages list them.
private let shippedNames = ShippedProfile.all.map(\.name).joined(separator: ", ")
