@testable import FinDrive
