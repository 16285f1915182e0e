@testable import FinLoop
