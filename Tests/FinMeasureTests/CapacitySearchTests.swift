import FinMeasure
import FinTestSupport
import Testing

@Suite struct CapacitySearchTests {
    /// Searches a target that takes up to `capacity` a second.
    private func search(
        _ capacity: Double, start: Double = 10, most: Double? = nil,
        above: CapacitySearch.Verdict = .fail
    ) -> CapacitySearch {
        var search = CapacitySearch(start: start, factor: 2, most: most, resolution: 0.05)
        while let rate = search.next { search.take(rate <= capacity ? .pass : above) }
        return search
    }

    @Test("rates double until one fails, then what lies between is halved")
    func knee() throws {
        let search = search(100)
        #expect(search.steps.prefix(5).map(\.rate) == [10, 20, 40, 80, 160])
        #expect(search.finding == .knee)
        let (passed, refused) = (try #require(search.passed), try #require(search.refused))
        #expect(passed <= 100 && refused.rate > 100)
        #expect(refused.rate / passed <= 1.05)
    }

    @Test("any capacity within reach is found as near as was asked, within the worst case")
    func anyCapacity() throws {
        var draws = TestSeed.generator(71)
        for _ in 0..<500 {
            let start = Double.random(in: 0.5...50, using: &draws)
            let most = start * Double.random(in: 1...300, using: &draws)
            let capacity = Double.random(in: start / 40...most * 1.2, using: &draws)
            let search = search(capacity, start: start, most: most)
            let worst = try #require(search.worstCase)
            #expect(search.steps.count <= worst.steps, "\(TestSeed.note)")
            let rates = search.steps.map(\.rate).reduce(0, +)
            #expect(rates <= worst.rates * (1 + 1e-9), "\(TestSeed.note)")
            #expect(search.steps.allSatisfy { $0.rate <= most })
            switch search.finding {
            case .limit: #expect(search.passed == most)
            case .knee:
                let (passed, refused) = (
                    try #require(search.passed), try #require(search.refused)
                )
                #expect(passed <= capacity && refused.rate > capacity, "\(TestSeed.note)")
            default: Issue.record("over \(capacity): \(search.finding); \(TestSeed.note)")
            }
        }
    }

    @Test("a first rate that fails is lowered, and given up after seven steps")
    func below() {
        #expect(search(3).finding == .knee)
        let nothing = search(0.01)
        #expect(nothing.finding == .nothing)
        #expect(nothing.steps.count == 7)
        #expect(nothing.passed == nil)
    }

    @Test("steps that all say nothing of the target are the generator's, not a capacity below them")
    func allInvalid() {
        let search = search(0, above: .invalid)
        #expect(search.steps.count == 7)
        #expect(search.passed == nil)
        #expect(search.finding == .generatorBound)
    }

    @Test("without a rate that passes the lowest step decides whose limit was met")
    func mixed() {
        for (lowest, finding) in [
            (.fail, .nothing), (.invalid, .generatorBound),
        ] as [(CapacitySearch.Verdict, CapacitySearch.Finding)] {
            var search = CapacitySearch(start: 64, factor: 2, most: nil, resolution: 0.05)
            while let rate = search.next {
                let other: CapacitySearch.Verdict = lowest == .fail ? .invalid : .fail
                search.take(rate == 1 ? lowest : other)
            }
            #expect(search.refused?.rate == 1 && search.refused?.verdict == lowest)
            #expect(search.finding == finding)
        }
    }

    @Test("a late generator above what passed is its own finding, no verdict ends the search")
    func invalid() {
        #expect(search(100, above: .invalid).finding == .generatorBound)
        let undecided = search(100, above: .undecided)
        #expect(undecided.finding == .undecided)
        #expect(undecided.steps.count == 5)
        #expect(undecided.passed == 80)
    }
}
